"""Messages reach persons: by mail, by WeCom and as popups, once, and whoever cannot be reached is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select, update

from mailuo.automations.deliveries import Deliveries
from mailuo.automations.switch import Switch, is_held
from mailuo.automations.switch_messages import NO_WECOM, NOBODY, OFF, STALE
from mailuo.automations.told import Lacking
from mailuo.base.clock import SetClock
from mailuo.base.ids import new_id
from mailuo.base.reasons import kept, reason_in
from mailuo.connectors.environment import Environment
from mailuo.flow.worktime import calendars_of
from mailuo.metadata import load
from mailuo.metadata.model import Manifest
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.publishing import publish

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)  # 09:00 in Shanghai
NIGHT = datetime(2026, 1, 15, 15, tzinfo=UTC)  # 23:00 in Shanghai
FILES = {
    "tables/workspace.yaml": "workspace: 诊所\ntimezone: Asia/Shanghai\nquiet_hours: 22:00-07:00\n",
    "tables/roles.yaml": "roles: {chef: {title: 主厨}, cook: {title: 厨师}, nobody: {title: 空缺}}\n",
    "automations/connectors/chat.yaml": (
        "connector: chat\ntitle: 企业微信\nbase_url: ${CHAT_URL}\nauth: {scheme: plain}\n"
        'operations:\n  send: {title: 发送, request: {method: POST, path: /send, json: {to: "{to}", text: "{text}", url: "{url}"}}}\n'
        "delivers: {via: wecom, operation: send, most_bytes: 100}\n"
    ),
    "automations/connectors/mail.yaml": (
        "connector: mail\ntitle: 邮件\nauth: {scheme: smtp, url: \"${SMTP_URL}\"}\ndelivers: {via: email}\n"
    ),
}
ON = {"CHAT_URL": "http://chat.test", "SMTP_URL": "smtp://mail.test:2525"}
Row = Mapping[str, Any]


@dataclass
class House:
    """Deliveries over a store, with people in it, and calls that a test answers."""

    store: Store
    clock: SetClock
    in_force: InForce
    noted: list[tuple[str, Any]] = field(default_factory=list)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(ON))

    @property
    def deliveries(self) -> Deliveries:
        """The deliveries under the environment of now."""
        return Deliveries(self.store, self.in_force, self.clock, Environment(self.environment), "http://here")

    @property
    def switch(self) -> Switch:
        """The switch, which tells what it did."""
        return Switch(self.store, self.in_force, self.clock, self.note)

    def note(self, connection: Connection, actor: Actor, action: str, **about: Any) -> None:
        """The audit."""
        self.noted.append((action, about))

    def person(self, name: str, *roles: str, email: str | None = None, wecom: str | None = None) -> None:
        """Somebody who holds roles."""
        row = {"id": f"id-{name}", "name": name, "email": email, "wecom": wecom, "created_at": NOW}
        grants = [{"person": f"id-{name}", "role": role, "by": "x", "at": NOW} for role in roles]
        self.put(system.person, row)
        self.put(system.role_grant, *grants)

    def put(self, table: Table, *rows: Row) -> None:
        """Rows, as somebody else writes them."""
        self.store.write(lambda c: c.execute(insert(table), rows).close())

    def message(self, via: str, role: str | None = None, **more: Any) -> str:
        """An intent to tell something."""
        row = {
            "id": new_id(), "at": self.clock.now(), "via": via, "role": role, "copy": False, "subject": "迟了", "text": "A-1 迟了",
            "level": "orange", "rule": "late", "alert": "alert-1", "table": "t", "record": "r", "state": "intended",
            "detail": {"key": "A-1"}, **more,
        }  # fmt: skip
        self.put(system.message, row)
        return str(row["id"])

    def run(self, **later: float) -> None:
        """A pass, after some time."""
        self.clock.set(self.clock.now() + timedelta(**later))
        while self.deliveries.run(self.clock.now()):
            pass

    def rows(self, table: Any = system.delivery) -> list[Row]:
        """The rows as they stand."""
        with self.store.read() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table).order_by(table.c.id))]

    def states(self) -> list[tuple[str | None, str]]:
        """Each person's delivery and how it stands."""
        return [(row["person"], row["state"]) for row in self.rows()]

    def answer(self, **values: Any) -> None:
        """What becomes of every call that waits."""
        call = system.call
        waits = call.c.state.in_(("waiting", "retrying"))
        changed = update(call).where(waits).values({"attempts": call.c.attempts + 1, **values})
        self.store.write(lambda c: c.execute(changed).close())


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    """A house with a chef and two cooks."""
    manifest = load(FILES)
    assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
    publish(store, FILES, manifest, by="甲", message="", base=None, now=NOW)
    house = House(store, SetClock(NOW), InForce(store, calendars_of))
    house.person("刘", "chef", email="liu@x.test", wecom="liu")
    house.person("陈", "cook", email="chen@x.test", wecom="chen")
    house.person("杨", "cook", "chef", email="yang@x.test")
    return house


def test_one_mail_goes_to_the_holders_with_the_copied_in_cc(house: House) -> None:
    house.message("email", "chef")
    house.message("email", "cook", copy=True)
    house.run()
    (call,) = house.rows(system.call)
    assert (call["connector"], call["operation"]) == ("mail", "send")
    assert call["values"]["to"] == ["yang@x.test", "liu@x.test"] or call["values"]["to"] == ["liu@x.test", "yang@x.test"]
    assert call["values"]["cc"] == ["chen@x.test"]
    assert call["values"]["id"] == call["id"]
    assert call["values"]["url"] == "http://here/tables/t/records/A-1"


def test_a_text_that_is_too_long_for_its_way_is_cut_and_keeps_its_link(house: House) -> None:
    house.message("wecom", user="刘", text="迟了" * 50)
    house.message("email", "chef", text="迟了" * 50)
    house.run()
    texts = {call["connector"]: call["values"]["text"] for call in house.rows(system.call)}
    assert texts == {"chat": f"{'迟了' * 10}迟… http://here/tables/t/records/A-1", "mail": "迟了" * 50}


def test_wecom_goes_to_each_person_once_and_who_has_no_id_is_named(house: House) -> None:
    house.message("wecom", "chef")
    house.message("wecom", "cook")
    house.run()
    assert sorted(call["values"]["to"] for call in house.rows(system.call)) == ["chen", "liu"]
    assert house.deliveries.lacking() == [Lacking("wecom", None, "杨", kept(NO_WECOM()), 2, NOW)]


def test_a_role_nobody_holds_is_a_problem_until_somebody_does(house: House) -> None:
    house.message("email", "nobody")
    house.run()
    assert house.states() == [(None, "unaddressed")]
    assert [(each.role, each.why) for each in house.deliveries.lacking()] == [("nobody", kept(NOBODY()))]
    house.person("赵", "nobody")
    assert house.deliveries.lacking() == []


def test_nothing_is_spread_or_called_twice(house: House) -> None:
    house.message("email", "chef")
    house.run()
    house.run(minutes=5)
    assert len(house.rows()) == 2
    assert len(house.rows(system.call)) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"state": "ok", "outcome": "ok"}, "sent"),
        ({"state": "retrying", "error": "busy"}, "retrying"),
        ({"state": "dead", "error": "60020"}, "dead"),
        ({"state": "ok", "outcome": "partial", "error": "invaliduser"}, "dead"),
        ({"state": "held"}, "held"),
        ({"state": "dropped"}, "dropped"),
    ],
)
def test_a_delivery_follows_its_call(house: House, answer: dict[str, Any], state: str) -> None:
    house.message("wecom", user="刘")
    house.run()
    house.answer(**answer)
    house.run()
    (row,) = house.rows()
    assert (row["state"], row["error"], row["attempts"]) == (state, answer.get("error"), 1)
    assert (row["sent_at"] is not None) == (state == "sent")


def test_of_a_mail_that_one_address_refuses_only_that_one_is_dead(house: House) -> None:
    house.message("email", "chef")
    house.run()
    house.answer(state="ok", outcome="partial", answer={"refused": {"yang@x.test": "550 unknown"}})
    house.run()
    assert {row["person"]: (row["state"], reason_in(row["error"], "zh")) for row in house.rows()} == {
        "刘": ("sent", None),
        "杨": ("dead", "对方说“550 unknown”"),
    }


def test_letters_wait_for_a_connector_that_is_off_and_not_for_ever(house: House) -> None:
    house.environment = {}
    house.message("wecom", user="刘")
    house.run()
    assert house.deliveries.waiting() == {"wecom": (1, kept(OFF(missing="CHAT_URL")))}
    house.environment = ON
    house.run(minutes=1)
    assert len(house.rows(system.call)) == 1
    house.environment = {}
    house.message("wecom", user="陈")
    for _ in range(2):
        house.run(hours=25)
    assert [(row["state"], row["error"]) for row in house.rows() if row["person"] == "陈"] == [("dead", kept(STALE()))]


def test_a_popup_is_told_to_the_streams_once_for_all_persons(house: House) -> None:
    id_ = house.message("popup")
    house.run()
    (line,) = house.rows(system.outbox)
    assert (line["kind"], line["detail"]) == ("popup", {"message": id_, "persons": ["刘", "杨", "陈"]})
    assert {state for _, state in house.states()} == {"sent"}


@pytest.mark.parametrize(("level", "called"), [("red", 1), ("orange", 0), (None, 0)])
def test_at_night_only_what_is_red_goes_out(house: House, level: str | None, called: int) -> None:
    house.clock.set(NIGHT)
    house.message("email", "chef", level=level)
    house.run()
    assert len(house.rows(system.call)) == called
    house.run(hours=8)
    assert len(house.rows(system.call)) == 1


def test_many_messages_at_once_keep_each_letter_whole(house: House) -> None:
    for number in range(150):
        for role in ("chef", "cook"):
            house.message("email", role, alert=f"alert-{number}", text=str(number))
    house.run()
    assert len(house.rows(system.call)) == 150


def test_what_is_held_waits_until_it_is_let_go(house: House) -> None:
    assert house.switch.hold(SYSTEM, "mail")
    assert not house.switch.hold(SYSTEM, "mail")
    house.message("email", "chef")
    house.message("wecom", user="刘")
    house.run()
    assert [(row["via"], row["state"]) for row in house.rows() if row["state"] == "held"] == [("email", "held")] * 2
    assert house.switch.release(SYSTEM, "mail") == 2
    house.run()
    assert sorted(call["connector"] for call in house.rows(system.call)) == ["chat", "mail"]
    assert [action for action, _ in house.noted] == ["hold", "release.send"]


def test_what_is_held_can_be_dropped(house: House) -> None:
    house.message("wecom", user="刘")
    house.run()
    house.switch.hold(SYSTEM)
    house.message("wecom", user="陈")
    house.run()
    assert house.switch.release(SYSTEM, drop=True) == 2
    house.run()
    assert {state for _, state in house.states()} == {"dropped"}
    assert [call["state"] for call in house.rows(system.call)] == ["dropped"]
    assert house.noted[-1] == ("release.drop", {"detail": {"connector": None, "count": 2}})


def test_a_connector_stays_held_while_another_hold_keeps_it(house: House) -> None:
    house.switch.hold(SYSTEM)
    house.switch.hold(SYSTEM, "chat")
    house.message("wecom", user="刘")
    house.run()
    assert [hold.connector for hold in house.switch.holds()] == [None, "chat"]
    assert house.switch.release(SYSTEM) == 0
    assert house.states() == [("刘", "held")]
    with house.store.read() as connection:
        assert is_held(connection, "chat")
        assert not is_held(connection, "mail")
    assert house.switch.release(SYSTEM, "chat") == 1


def test_a_hold_on_a_connector_that_is_not_there_is_refused(house: House) -> None:
    with pytest.raises(NoSuchThing):
        house.switch.hold(SYSTEM, "chad")


def test_who_was_told_of_an_alert_is_shown_with_what_became_of_it(house: House) -> None:
    house.message("wecom", "cook")
    house.run()
    house.answer(state="dead", error="60020")
    house.run()
    (told,) = house.deliveries.told(SYSTEM, "alert-1")
    assert (told.via, told.role_title) == ("wecom", "厨师")
    assert [(each.person, each.state, each.error) for each in told.persons] == [
        ("杨", "unaddressed", "没有填企业微信账号"),
        ("陈", "dead", "60020"),
    ]
