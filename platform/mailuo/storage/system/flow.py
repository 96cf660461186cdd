"""Tables of the flow: claims, what they made of the line, clocks, alerts and what is to be said of them."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, Index, and_, column, false, or_, text

from mailuo.base.moments import micros
from mailuo.storage.system.columns import (
    JSON,
    MOMENT,
    TEXT,
    TRUTH,
    WHOLE,
    key,
    may,
    must,
    part,
    pending,
    serial,
    system_table,
)

FOREVER = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)



def standing(name: str, *columns: str) -> Index:
    """An index of those nodes alone at which records stand now, as small as the work that is left; it answers by itself."""
    state, known_to = column("state", TEXT), column("known_to", BigInteger)
    stands = and_(known_to == micros(FOREVER), or_(state == "due", state == "disputed"))
    return Index(name, *columns, sqlite_where=stands, postgresql_where=stands)


claim = system_table(
    "claim",
    key("record"),
    key("id"),
    must("table"),
    part(),
    must("node"),
    must("source"),
    must("at", MOMENT),
    must("received_at", MOMENT),
    may("actor"),
    may("note"),
    may("evidence", JSON),  # [{id, kind, name}]
    may("retracts"),  # the id of the claim that this one withdraws
    Column("outside", TRUTH, nullable=False, server_default=false()),  # a system's word: binds without predecessors
    Column("verdict", TRUTH, nullable=False, server_default=false()),
    Index("claim_source", "source", "received_at"),
    clustered=True,
)
"""Every word ever said of a record: only added to."""

node_state = system_table(
    "node_state",
    key("record"),
    Column("part", TEXT, primary_key=True, nullable=False, server_default=""),
    key("node"),
    key("known_from", MOMENT),
    must("known_to", MOMENT),  # FOREVER while it holds
    must("table"),
    must("state"),
    may("at", MOMENT),
    may("source"),
    may("due_since", MOMENT),
    Index("node_state_as_of", "table", "node", "known_from"),
    standing("node_state_stands", "table", "part", "node", "state", "due_since", "known_to"),
    clustered=True,
)
"""What the timeline said, and from when to when: `known_from <= T < known_to` is the state as of T."""

clock = system_table(
    "clock",
    key("record"),
    key("rule"),
    Column("part", TEXT, primary_key=True, nullable=False, server_default=""),
    key("episode"),
    key("kind"),
    must("table"),
    must("due_at", MOMENT),
    must("state"),  # pending, fired, void
    may("detail", JSON),
    pending("clock_due", "due_at"),
    Index("clock_rule", "rule", "state"),
    clustered=True,
)
"""Every clock that runs or ran: one row an episode and a kind of deed."""

alert = system_table(
    "alert",
    key("id"),
    must("rule"),
    must("level"),
    must("table"),
    must("record"),
    part(),
    must("episode"),
    must("state"),  # open, acknowledged, resolved
    must("due_at", MOMENT),
    must("opened_at", MOMENT),
    may("resolved_at", MOMENT),
    may("resolved_because"),
    may("acknowledged_at", MOMENT),
    may("acknowledged_by"),
    may("note"),
    may("cause"),
    may("detail", JSON),
    Index("alert_episode", "record", "rule", "part", "episode", unique=True),
    Index("alert_wall", "state", "opened_at"),
    Index("alert_rule", "rule", "state"),
)
"""Every alert that ever opened, once an episode."""

message = system_table(
    "message",
    key("id"),
    must("at", MOMENT),
    must("via"),
    may("role"),
    may("user"),
    must("copy", TRUTH),  # a Cc
    may("subject"),
    must("text"),
    may("level"),
    may("rule"),
    may("alert"),
    may("table"),
    may("record"),
    may("window_ends", MOMENT),  # until then it may be folded into a digest
    must("state"),  # waiting, intended, folded, sent, dropped
    may("detail", JSON),
    Index("message_at", "at"),
    Index("message_alert", "alert"),
    pending("message_waiting", "window_ends", state="waiting"),
    pending("message_intended", "id", state="intended"),
)
"""Every intent to tell somebody something: one row a role or person, and a way."""

outbox = system_table(
    "outbox",
    serial(),
    must("at", MOMENT),
    must("kind"),
    may("table"),
    may("record"),
    may("detail", JSON),
    must("state"),  # pending, done, parked; `seen` where nobody has to act
    may("lease_until", MOMENT),
    Column("attempts", WHOLE, nullable=False, server_default=text("0")),
    may("error"),
    pending("outbox_pending", "id"),
)
"""What happened, for those who act on it later: written with the change itself."""
