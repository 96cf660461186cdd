"""Messages all the way: from an intent to a mail server and to a chat on loopback, once, whatever fails on the way."""

from typing import Any

import pytest
from sqlalchemy import insert

from mailuo.automations.deliveries import Deliveries
from mailuo.automations.switch import Switch
from mailuo.base.ids import new_id
from mailuo.base.reasons import reason_in
from mailuo.connectors.environment import Environment
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.connectors.conftest import NOW, Office
from tests.integration.connectors.test_mail import MAIL, Sink, running
from tests.integration.connectors.vendor import Heard, Vendor

CHAT = """\
connector: chat
title: 企业微信
base_url: ${CHAT_URL}
auth: {scheme: plain}
operations:
  send:
    title: 发消息
    request: {method: POST, path: /message/send, json: {touser: "{to}", text: "{text}", url: "{url}", enable_duplicate_check: 1}}
    ok: "AND({body.errcode} = '0', ISBLANK({body.invaliduser}))"
    partial: "NOT(ISBLANK({body.invaliduser}))"
    retry: "{body.errcode} = '-1'"
    error: "{body.invaliduser} {body.errmsg}"
delivers: {via: wecom, operation: send}
"""


class Letters:
    """An office whose messages are brought to its people."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.deliveries = Deliveries(office.store, office.in_force, office.clock, Environment(office.environment), "https://here")
        self.switch = Switch(office.store, office.in_force, office.clock, office._note)
        for name, role in (("zhang", "lead"), ("li", "lead"), ("wang", "director")):
            person = {"id": name, "name": name, "email": f"{name}@example.com", "wecom": f"w-{name}", "created_at": NOW}
            self.put(system.person, person)
            self.put(system.role_grant, {"person": name, "role": role, "by": "x", "at": NOW})

    def put(self, table: Any, row: dict[str, Any]) -> None:
        """A row, as somebody else writes it."""
        self.office.store.write(lambda connection: connection.execute(insert(table), row).close())

    def tell(self, via: str, role: str, *, copy: bool = False) -> None:
        """An intent to tell a role."""
        row = {
            "id": new_id(), "at": self.office.clock.now(), "via": via, "role": role, "copy": copy, "subject": "橙色预警", "text": "J-1 停了",
            "level": "orange", "rule": "r", "alert": "a", "table": "jobs", "record": "x", "state": "intended", "detail": {"key": "J-1"},
        }  # fmt: skip
        self.put(system.message, row)

    def work(self, **by: float) -> None:
        """What a server does after some time."""
        for later in (by, {}, {}):
            self.office.work(**later)
            self.deliveries.run(self.office.clock.now())

    def states(self) -> dict[str, tuple[str, str | None]]:
        """Each person's delivery, and why."""
        return {row.person: (row.state, reason_in(row.error, "en")) for row in self.office.rows(system.delivery)}


@pytest.fixture
def letters(open_office: Any, vendor: Vendor) -> Letters:
    """An office with a chat."""
    vendor.answers = lambda heard: (200, {"errcode": 0, "errmsg": "ok"})
    return Letters(open_office({"CHAT_URL": vendor.url}, chat=CHAT))


def test_one_mail_is_addressed_and_copied_and_its_deliveries_are_sent(open_office: Any) -> None:
    with running(Sink()) as sink:
        letters = Letters(open_office({"LETTERS_URL": sink.url}, letters=MAIL))
        letters.tell("email", "lead")
        letters.tell("email", "director", copy=True)
        letters.work()
        letters.work(hours=1)
        ((receivers, mail),) = sink.mails
    assert sorted(receivers) == ["li@example.com", "wang@example.com", "zhang@example.com"]
    assert (mail["Cc"], mail["Subject"]) == ("wang@example.com", "橙色预警")
    assert mail.get_content().split() == ["J-1", "停了", "https://here/tables/jobs/records/J-1"]
    assert set(letters.states().values()) == {("sent", None)}


def test_an_address_that_the_mail_server_refuses_is_dead_with_its_reason(open_office: Any) -> None:
    with running(Sink(refuses={"RCPT TO:<li": "550 no such user"})) as sink:
        letters = Letters(open_office({"LETTERS_URL": sink.url}, letters=MAIL))
        letters.tell("email", "lead")
        letters.work()
    assert letters.states() == {"zhang": ("sent", None), "li": ("dead", "'550 no such user'")}


def test_a_person_whom_the_chat_does_not_know_is_dead_and_the_others_are_told(letters: Letters, vendor: Vendor) -> None:
    def some(heard: Heard) -> tuple[int, object]:
        unknown = heard.json["touser"] == "w-li"
        return 200, {"errcode": 0, "errmsg": "ok", **({"invaliduser": "w-li"} if unknown else {})}

    vendor.answers = some
    letters.tell("wecom", "lead")
    letters.work()
    assert letters.states() == {"zhang": ("sent", None), "li": ("dead", "HTTP 200: 'w-li ok'")}


def test_a_chat_that_is_busy_is_tried_again_and_told_once(letters: Letters, vendor: Vendor) -> None:
    vendor.answers = lambda heard: (200, {"errcode": -1, "errmsg": "busy"})
    letters.tell("wecom", "director")
    letters.work()
    assert letters.states()["wang"][0] == "retrying"
    vendor.answers = lambda heard: (200, {"errcode": 0, "errmsg": "ok"})
    letters.work(minutes=1)
    letters.work(hours=1)
    assert letters.states() == {"wang": ("sent", None)}
    assert len(vendor.heard) == 2


@pytest.mark.parametrize(("drop", "heard", "state"), [(False, 1, "sent"), (True, 0, "dropped")])
def test_held_letters_go_out_or_are_dropped_when_released(
    letters: Letters, vendor: Vendor, drop: bool, heard: int, state: str
) -> None:
    letters.tell("wecom", "director")
    letters.deliveries.run(letters.office.clock.now())
    letters.switch.hold(SYSTEM, "chat")
    letters.work()
    assert (vendor.heard, letters.states()["wang"][0]) == ([], "held")
    assert letters.switch.release(SYSTEM, "chat", drop=drop) == 1
    letters.work()
    assert (len(vendor.heard), letters.states()["wang"][0]) == (heard, state)
