"""Declarations: plans with their consequences, publication, two publishers, and the way back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from mailuo.app import Application
from mailuo.base.clock import SetClock
from mailuo.base.problems import Refusal
from mailuo.base.settings import Settings
from mailuo.metadata import Manifest, load_published
from mailuo.records import SYSTEM
from mailuo.storage.publishing import publish

Changed = Callable[[str, str, str], dict[str, str]]
TEXT = "  text: {title: 内容, type: text}\n"


def test_the_workspace_of_an_empty_home_is_revision_1(application: Application, files: dict[str, str]) -> None:
    (revision,) = application.declarations.revisions()
    assert (revision.number, revision.state) == (1, "serving")
    assert application.declarations.files() == files


def test_what_is_running_changes_nothing(application: Application, files: dict[str, str]) -> None:
    assert application.declarations.plan(files).changes == ()


def test_a_plan_counts_the_records_that_lose_something(application: Application, changed: Changed) -> None:
    for text in ("一", "二", None):
        application.records.create(SYSTEM, "memos", {"text": text})
    plan = application.declarations.plan(without_text(changed))
    (risk,) = plan.risks
    assert (risk.path, risk.rows) == ("tables.memos.fields.text", 2)
    assert "2" in risk.sentence.text("zh")


def test_what_holds_no_data_can_go_without_being_confirmed(application: Application, changed: Changed) -> None:
    application.records.create(SYSTEM, "memos", {"tone": "kind"})
    revision = application.declarations.publish(without_text(changed), base=1)
    assert revision.number == 2


def test_a_new_required_field_counts_the_records_that_lack_it(application: Application, changed: Changed) -> None:
    application.records.create(SYSTEM, "memos", {"tone": "kind"})
    files = changed("memos", "{title: 谁, type: text}", "{title: 谁, type: text, required: true}")
    assert [risk.rows for risk in application.declarations.plan(files).risks] == [1]


def test_an_option_that_goes_counts_the_records_that_chose_it(application: Application, changed: Changed) -> None:
    application.records.create(SYSTEM, "memos", {"tone": "kind"})
    files = changed("memos", "kind: 和气, ", "")
    assert [risk.rows for risk in application.declarations.plan(files).risks] == [1]


def test_risks_are_published_only_when_confirmed(application: Application, changed: Changed) -> None:
    application.records.create(SYSTEM, "memos", {"text": "一"})
    files = without_text(changed)
    with pytest.raises(Refusal):
        application.declarations.publish(files, base=1)
    plan = application.declarations.plan(files)
    assert application.declarations.publish(files, base=1, confirm=plan.confirm).number == 2


def test_a_confirmation_is_worth_nothing_for_other_files(application: Application, changed: Changed) -> None:
    application.records.create(SYSTEM, "memos", {"text": "一"})
    confirm = application.declarations.plan(without_text(changed)).confirm
    other = {
        **without_text(changed),
        "tables/more.yaml": "table: more\ntitle: 更多\nfields: {a: {title: A, type: text}}\n",
    }
    with pytest.raises(Refusal):
        application.declarations.publish(other, base=1, confirm=confirm)


def test_of_two_publishers_the_second_is_told(application: Application, changed: Changed) -> None:
    files = without_text(changed)
    application.declarations.publish(files, base=1)
    with pytest.raises(Refusal) as refusal:
        application.declarations.publish(files, base=1)
    assert refusal.value.code == "conflict"


def test_a_wrong_file_leaves_the_running_revision(application: Application, changed: Changed) -> None:
    files = changed("requests", "type: user", "type: usr")
    assert not isinstance(application.declarations.check(files), Manifest)
    with pytest.raises(Refusal):
        application.declarations.publish(files, base=1)
    assert application.in_force.renew().number == 1


def test_going_back_brings_the_data_back(application: Application, changed: Changed) -> None:
    key = str(application.records.create(SYSTEM, "memos", {"text": "一"})["id"])
    files = without_text(changed)
    application.declarations.publish(files, base=1, confirm=application.declarations.plan(files).confirm)
    revision = application.declarations.rollback(1)
    assert revision.number == 3
    assert application.records.get(SYSTEM, "memos", key).json()["text"] == "一"


def test_publishing_stands_in_the_audit(application: Application, changed: Changed) -> None:
    application.declarations.publish(without_text(changed), "内容不用了", base=1)
    lines, _ = application.audit.page(limit=1)
    assert lines[0]["detail"] == {"revision": 2, "message": "内容不用了"}


def without_text(changed: Changed) -> dict[str, str]:
    """The declarations without the text of memos."""
    return changed("memos", TEXT, "")


def test_of_several_who_publish_at_the_same_moment_one_succeeds(
    application: Application, files: dict[str, str]
) -> None:
    def publish(number: int) -> str:
        more = {
            **files,
            f"tables/more{number}.yaml": f"table: more{number}\ntitle: M\nfields: {{a: {{title: A, type: text}}}}\n",
        }
        try:
            application.declarations.publish(more, base=1)
        except Refusal as refusal:
            return refusal.code
        return "published"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(publish, range(4))) == ["conflict", "conflict", "conflict", "published"]
    assert application.in_force.renew().number == 2


LOOSE = {
    "automations/loose.yaml": """\
automations:
  loose:
    on: {created: memos}
    do: [{set: {tone: nobody knows}, on_error: skip}]
""",
    "automations/restless.yaml": """\
alerts:
  restless:
    level: red
    on: requests
    when: {waiting_for: ordered, longer_than: 1h}
    notify: {everyone: true, via: popup}
    remind_every: 0s
""",
}
"""What was not always checked."""


def test_what_is_checked_only_lately_stops_no_revision_that_was_published_before(
    application: Application, files: dict[str, str], settings: Settings, clock: SetClock
) -> None:
    loose = {**files, **LOOSE}
    with pytest.raises(Refusal) as refused:
        application.declarations.publish(loose, base=1)
    assert {problem.code for problem in refused.value.problems} == {"bad_value", "nothing_long"}
    was = load_published(loose)
    assert isinstance(was, Manifest)
    publish(application.store, loose, was, by="甲", message="", base=1, now=clock.now())
    application.close()
    again = Application.open(settings, serving=True, clock=clock)
    assert (again.in_force.current.number, "restless" in again.in_force.current.manifest.alerts) == (2, True)
    assert again.declarations.publish(files, base=2).number == 3
    assert again.declarations.rollback(2).number == 4
    again.close()
