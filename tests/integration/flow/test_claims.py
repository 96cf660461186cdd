"""Claims at the door: who may say what, what follows, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from mailuo.base.problems import Refusal
from mailuo.flow.intake import Told
from mailuo.flow.note import LONGEST
from mailuo.flow.saying import Word
from mailuo.flow.speaking import titled
from mailuo.records.actor import SYSTEM, Actor
from tests.integration.flow.conftest import NOW, Laboratory, person


def refused(laboratory: Laboratory, request: str, node: str, source: str, **more: Any) -> str:
    """The code with which a word is refused; nothing of it stays."""
    before = laboratory.flow.timeline(SYSTEM, "requests", request)
    with pytest.raises(Refusal) as refusal:
        laboratory.say(request, node, source, **more)
    assert laboratory.flow.timeline(SYSTEM, "requests", request) == before
    return refusal.value.code


def test_passes_over_what_does_not_apply(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "ordered", "desk")
    laboratory.say(request, "checked", "automation")
    states = laboratory.states(request)
    assert (states["consented"], states["drawn"], states["shipped"]) == ("not_applicable", "due", "pending")


def test_a_note_that_is_too_long_is_refused_and_one_that_just_fits_is_kept(laboratory: Laboratory) -> None:
    request = laboratory.request()
    assert refused(laboratory, request, "ordered", "desk", note="长" * (LONGEST + 1)) == "invalid"
    claim = laboratory.say(request, "ordered", "desk", note="长" * LONGEST)["nodes"][0]["claims"][0]
    assert claim["note"] == "长" * LONGEST
    with pytest.raises(Refusal) as refusal:
        laboratory.flow.retract(SYSTEM, "requests", request, claim["id"], "长" * (LONGEST + 1))
    assert refusal.value.problems[0].text("en") == (
        "The note is too long: 2,001 characters, at most 2,000. Shorten it, and attach as a file what is more"
    )


def test_the_same_claim_twice_is_one(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "ordered", "desk")
    timeline = laboratory.say(request, "ordered", "desk")
    assert len(timeline["nodes"][0]["claims"]) == 1
    assert timeline["status"] == "ordered"


REFUSED = [
    ("drawn", "role:nurse", {}, "predecessor_missing"),
    ("checked", "role:nurse", {}, "wrong_source"),
    ("checked", "lab", {}, "wrong_source"),
    ("nowhere", "role:doctor", {}, "invalid"),
    ("checked", "role:doctor", {"at": NOW + timedelta(minutes=6)}, "future_time"),
    ("checked", "role:doctor", {"part": "T1"}, "invalid"),
    ("consented", "role:nurse", {}, "invalid"),  # does not apply
    ("checked", "role:doctor", {"evidence": {"photo": "x"}}, "invalid"),
]


@pytest.mark.parametrize(("node", "source", "more", "code"), REFUSED)
def test_a_persons_word_that_does_not_fit_is_refused(
    laboratory: Laboratory, node: str, source: str, more: dict[str, Any], code: str
) -> None:
    request = laboratory.request()
    laboratory.say(request, "ordered", "desk")
    assert refused(laboratory, request, node, source, **more) == code


def test_a_refusal_names_everything_that_is_missing(laboratory: Laboratory) -> None:
    request = laboratory.request(kind="special")
    with pytest.raises(Refusal) as refusal:
        laboratory.say(request, "drawn", "role:nurse")
    said = refusal.value.problems[0].text("zh")
    assert all(title in said for title in ("已申请", "已审核", "已同意"))


def special(laboratory: Laboratory) -> str:
    request = laboratory.request(kind="special")
    laboratory.say(request, "ordered", "desk")
    laboratory.say(request, "checked", "automation")
    return request


def test_what_a_node_requires_may_be_handed_over_with_the_word(laboratory: Laboratory) -> None:
    request = special(laboratory)
    assert refused(laboratory, request, "consented", "role:nurse") == "requires_missing"
    photo = laboratory.file("p", "image/jpeg")
    assert refused(laboratory, request, "consented", "role:nurse", evidence={"consent_form": photo}) == "invalid"
    form = laboratory.file("f", "application/pdf")
    laboratory.say(request, "consented", "role:nurse", evidence={"consent_form": form})
    held: Any = laboratory.records.get(SYSTEM, "requests", request).json()["consent_form"]
    assert held["id"] == form


@pytest.mark.parametrize(("way", "code"), [("hide", "invalid"), ("mask", "read_only")])
def test_a_field_that_is_not_shown_whole_is_not_handed_over(laboratory: Laboratory, way: str, code: str) -> None:
    requests, roles = (laboratory.files[f"tables/{name}.yaml"] for name in ("requests", "roles"))
    speaks = requests.replace("by: [role:billing, lab]", "by: [role:billing, role:head, lab]")
    sees = roles.replace("head: {title: 主任, tables: {requests: {see: all}}}", f"head: {{title: 主任, tables: {{requests: {{see: all, {way}: [bill_no]}}}}}}")
    assert (speaks, sees) != (requests, roles)
    laboratory.publish(requests=speaks, roles=sees)
    request = laboratory.request()
    laboratory.say(request, "received", "carrier")
    laboratory.move(days=8)
    for held in (None, "B1"):
        laboratory.records.update(SYSTEM, "requests", request, {"bill_no": held})
        for given in ("B1", "B2"):
            assert refused(laboratory, request, "billed", "role:head", evidence={"bill_no": given}) == code
        assert laboratory.records.get(SYSTEM, "requests", request).json()["bill_no"] == held
    laboratory.say(request, "billed", "role:head")


def test_a_file_of_somebody_else_cannot_be_handed_over(laboratory: Laboratory) -> None:
    request = special(laboratory)
    form = laboratory.file("f", "application/pdf", by="billing")
    assert refused(laboratory, request, "consented", "role:nurse", evidence={"consent_form": form}) == "not_found"


def test_evidence_is_asked_of_people_and_kept_beside_the_claim(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "received", "carrier")
    assert refused(laboratory, request, "reported", "role:technician") == "evidence_missing"
    pdf = laboratory.file("r", "application/pdf", by="technician")
    assert refused(laboratory, request, "reported", "role:technician", evidence={"photo": pdf}) == "invalid"
    photo = laboratory.file("p", "image/png", by="technician")
    timeline = laboratory.say(request, "reported", "role:technician", evidence={"photo": photo}, note="清楚")
    claim = next(node for node in timeline["nodes"] if node["id"] == "reported")["claims"][0]
    assert (claim["evidence"], claim["note"], claim["actor"]) == (
        [{"id": photo, "kind": "photo", "name": "p"}],
        "清楚",
        "technician",
    )


# parts


def test_a_person_has_to_choose_where_there_are_several_parts(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "drawn", "lab")
    laboratory.tube(request, "T1")
    staff = person("desk_staff")
    word = Word("shipped", source="manual")
    laboratory.flow.claim(staff, "requests", request, word)
    laboratory.tube(request, "T2")
    with pytest.raises(Refusal) as refusal:
        laboratory.flow.claim(staff, "requests", request, word)
    assert refusal.value.code == "required"
    laboratory.flow.claim(staff, "requests", request, Word("shipped", source="manual", part="T2"))
    assert laboratory.states(request)["shipped"] == "reached"


def test_an_unknown_part_is_refused(laboratory: Laboratory) -> None:
    assert refused(laboratory, laboratory.request(), "shipped", "carrier", part="nowhere") == "invalid"


# exits and retraction


def test_after_an_exit_people_are_refused_and_systems_recorded(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "ordered", "desk")
    laboratory.move(hours=1)
    laboratory.say(request, "cancelled", "role:nurse")
    assert refused(laboratory, request, "checked", "role:doctor") == "exited"
    timeline = laboratory.say(request, "checked", "automation")
    node = next(node for node in timeline["nodes"] if node["id"] == "checked")
    assert (timeline["status"], node["state"], node["claims"][0]["state"]) == ("cancelled", "pending", "without_effect")
    laboratory.say(request, "checked", "role:doctor", at=NOW + timedelta(minutes=30))
    assert laboratory.states(request)["checked"] == "reached"


@pytest.mark.parametrize(("roles", "allowed"), [(("doctor",), True), (("admin",), True), (("nurse",), False)])
def test_only_the_role_that_said_it_or_an_admin_takes_a_word_back(
    laboratory: Laboratory, roles: tuple[str, ...], allowed: bool
) -> None:
    request = laboratory.request()
    laboratory.say(request, "ordered", "desk")
    claim = laboratory.say(request, "checked", "role:doctor")["nodes"][1]["claims"][0]["id"]
    if not allowed:
        with pytest.raises(Refusal):
            laboratory.flow.retract(person(*roles), "requests", request, claim)
        assert laboratory.states(request)["checked"] == "reached"
        return
    timeline: Any = laboratory.flow.retract(person(*roles), "requests", request, claim, "看错了")
    (shown,) = timeline["nodes"][1]["claims"]
    assert (timeline["status"], shown["state"], shown["retracted_note"]) == ("ordered", "retracted", "看错了")
    with pytest.raises(Refusal):
        laboratory.flow.retract(person(*roles), "requests", request, claim)


# tokens


def test_an_integration_token_speaks_for_its_sources_alone_and_binds(laboratory: Laboratory) -> None:
    request = laboratory.request(kind="special")
    token = Actor("t", "bridge", ("desk_staff",), ("role:nurse", "lab"), kind="token")
    laboratory.flow.claim(token, "requests", request, Word("consented", source="role:nurse"))
    assert laboratory.states(request)["consented"] == "reached"
    with pytest.raises(Refusal) as refusal:
        laboratory.flow.claim(token, "requests", request, Word("ordered", source="desk"))
    assert refusal.value.code == "wrong_source"


# many at once


def test_four_racers_each_get_the_timeline_and_all_their_words_are_kept(laboratory: Laboratory) -> None:
    request = laboratory.request()
    sources = [("shipped", "carrier"), ("shipped", "lab"), ("drawn", "lab"), ("ordered", "desk")]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda each: laboratory.say(request, *each), sources))
    assert all(answer["nodes"] for answer in answers)
    timeline: Any = laboratory.flow.timeline(SYSTEM, "requests", request)
    assert sum(len(node["claims"]) for node in timeline["nodes"]) == 4


def test_a_batch_tells_the_refused_apart(laboratory: Laboratory) -> None:
    good, bad = laboratory.request(), laboratory.request()
    laboratory.say(good, "ordered", "desk")
    said = laboratory.flow.batch(person("doctor"), "requests", [(good, Word("checked")), (bad, Word("checked"))])
    assert [(each.key, bool(each.problems)) for each in said] == [(good, False), (bad, True)]


def test_an_import_is_quiet_and_known_from_when_words_were_received(laboratory: Laboratory) -> None:
    request = laboratory.request(kind="special")
    past = NOW - timedelta(days=2)
    told = [
        Told(request, "ordered", past, "desk", past),
        Told(request, "checked", past, "automation", past + timedelta(hours=1)),
        Told(request, "checked", past, "automation", past + timedelta(hours=1)),
        Told("nobody", "ordered", past, "desk"),
        Told(request, "ordered", past, "nobody"),
    ]
    outcomes = laboratory.flow.take_in(told)
    assert [each.kept for each in outcomes] == [True, True, True, False, False]
    laboratory.settle()
    assert laboratory.alerts() == [("consent_late", request), ("draw_late", request)]
    assert laboratory.sent() == []
    assert laboratory.states(request, past + timedelta(minutes=30))["checked"] == "due"
    assert laboratory.states(request, past + timedelta(hours=1))["checked"] == "reached"


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ("automation", "系统规则", "a rule"),
        ("manual", "人工", "somebody by hand"),
        ("carrier", "冷链", "冷链"),
    ],
)
def test_sources_are_called_as_people_call_them(laboratory: Laboratory, source: str, zh: str, en: str) -> None:
    manifest = laboratory.in_force.current.manifest
    assert [titled(manifest, source, language) for language in ("zh", "en")] == [zh, en]
