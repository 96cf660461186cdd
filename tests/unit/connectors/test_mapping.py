"""What an event claims, and when: a time that says nothing is passed over, one that cannot be read is told."""

from datetime import UTC, datetime

import pytest

from mailuo.base.problems import Refusal
from mailuo.connectors.mapping import Unread, mapped
from mailuo.metadata import Manifest, load

NOW = datetime(2026, 1, 15, 8, tzinfo=UTC)
TEXT = """
connector: c
zone: Asia/Shanghai
auth: {scheme: kdniao, id: "${I}", key: "${K}"}
events:
  moved:
    find: {table: parcels, where: {no: body.id}}
    claims: [{node: sent, when: "{body.kind} = 'sent'", at: body.at}]
"""

TABLE = "table: parcels\nfields: {no: {type: text}}\nflow: {nodes: {sent: {by: [c]}}}\n"


def said(at: object, kind: str = "sent") -> list[tuple[str, datetime]]:
    """What an event with this time claims."""
    manifest = load({"automations/connectors/c.yaml": TEXT, "tables/parcels.yaml": TABLE})
    assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
    (element,) = mapped(manifest.connectors["c"].events["moved"], {"id": "1", "kind": kind, "at": at}, "", NOW)
    if isinstance(element, Unread):
        raise element.refusal
    return [(claim.node, claim.at) for claim in element.claims]


@pytest.mark.parametrize("at", ["2026-01-15 12:00:00", 1768449600, "1768449600000", "2026-01-15T04:00:00Z"])
def test_a_time_is_read_in_every_form_that_vendors_use(at: object) -> None:
    assert said(at) == [("sent", datetime(2026, 1, 15, 4, tzinfo=UTC))]


@pytest.mark.parametrize("at", [None, "", 0, "0", "0000-00-00 00:00:00"])
def test_a_time_that_the_sender_left_unset_claims_nothing(at: object) -> None:
    assert said(at) == []


def test_a_time_that_cannot_be_read_is_refused_with_the_node_and_the_time() -> None:
    with pytest.raises(Refusal) as refused:
        said("15.01.2026 noon")
    assert [problem.text("en") for problem in refused.value.problems] == [
        "The time '15.01.2026 noon' of 'sent' cannot be read; mend `at` or `zone` of the event, then replay it"
    ]


def test_a_time_is_not_looked_at_where_nothing_is_claimed() -> None:
    assert said("15.01.2026 noon", kind="other") == []
