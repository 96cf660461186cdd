"""Tables of the outside world: what comes in, what goes out, and what rules do about it.

Every table that is worked off has a `state`, a `due_at`, a lease with its fence, and the number of attempts.
"""

from sqlalchemy import Column, Index, column, text

from mailuo.storage.system.columns import (
    JSON,
    MOMENT,
    NUMBER,
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


def _worked_off() -> tuple[Column[object], ...]:
    """The columns by which rows are taken, held and given back."""
    return (
        must("due_at", MOMENT),
        may("lease_until", MOMENT),
        Column("fence", NUMBER, nullable=False, server_default=text("0")),
        Column("attempts", WHOLE, nullable=False, server_default=text("0")),
    )


inbox = system_table(
    "inbox",
    key("id"),
    must("connector"),
    must("event"),
    must("key"),  # the sender's own name for it: once is enough
    must("received_at", MOMENT),
    must("state"),  # new, done, dead, refused, dropped
    may("reason"),
    may("raw"),  # base64 of the deflated bytes, until retention; after `form:` or `body:` where nobody could read them
    may("body", JSON),  # as declarations see it
    may("record"),  # the record it was about
    may("table"),  # the table of that record, or the one in which it was not found yet
    may("part"),  # the row by which the record was found
    may("sought", JSON),  # [{field: value}] of what was not found yet
    Column("repeats", NUMBER, nullable=False, server_default=text("0")),  # how often it came in again
    may("revision", NUMBER),
    *_worked_off(),
    Index("inbox_key", "connector", "event", "key", unique=True),
    Index("inbox_state", "connector", "state", "received_at"),
    Index("inbox_record", "record", "received_at"),
    Index("inbox_part", "part", "received_at"),
    pending("inbox_due", "due_at", state="new"),
    pending("inbox_dead", "table", "due_at", state="dead"),
)
"""Every event that came in, stored before anything is done with it."""

run = system_table(
    "run",
    key("id"),
    must("automation"),
    must("trigger"),  # created, reached, button, schedule, …
    must("cause"),  # what started it: once for a record, an automation and a cause
    may("table"),
    Column("record", TEXT, nullable=False, server_default=""),
    must("chain"),  # the first run of a chain of consequences
    Column("depth", WHOLE, nullable=False, server_default=text("0")),
    may("parent"),  # the run that brought about what started this one
    may("event", JSON),  # what the trigger tells besides the record
    may("actor"),  # who pressed the button
    must("state"),  # waiting, running, done, failed, stopped, parked
    may("error"),
    may("held", JSON),  # what later steps may name
    must("revision", NUMBER),
    must("at", MOMENT),
    may("finished_at", MOMENT),
    *_worked_off(),
    Index("run_cause", "record", "automation", "cause", unique=True),
    Index("run_at", "automation", "at"),
    Index("run_chain", "chain"),
    Index("run_state", "state", "at"),
    pending("run_due", "due_at", state="waiting"),
)
"""Every run of an automation on one record."""

run_step = system_table(
    "run_step",
    key("run"),
    key("place"),  # the step's path, with the number of each row that it is done for
    must("number", WHOLE),
    must("action"),
    must("state"),  # done, skipped, waiting, retrying, failed
    may("inputs", JSON),
    may("outcome", JSON),
    may("error"),
    Column("attempts", WHOLE, nullable=False, server_default=text("1")),
    must("at", MOMENT),
    clustered=True,
)
"""Every step that a run has taken, written with what it did."""

made = system_table(
    "made",
    key("automation"),
    key("step"),  # where the step stood in that run
    key("record"),  # the record whose run made it
    key("row"),
    must("table"),
    must("run"),  # the last run that made or kept it
    may("deed"),  # what the step was, wherever it stood; blank where an older program made the row
    Index("made_row", "row"),
    clustered=True,
)
"""Which rows the steps of an automation made for which record."""

call = system_table(
    "call",
    key("id"),
    must("connector"),
    must("operation"),
    may("run"),
    may("step"),
    may("table"),
    may("record"),
    must("values", JSON),  # what `with` came to
    must("state"),  # waiting, ok, retrying, dead, held, dropped
    may("status", WHOLE),
    may("outcome"),  # ok, retry, refresh, wait, partial, fatal
    may("error"),
    may("answer", JSON),
    must("at", MOMENT),
    may("finished_at", MOMENT),
    may("revision", NUMBER),
    *_worked_off(),
    Index("call_at", "connector", "at"),
    Index("call_old", "at"),
    Index("call_state", "connector", "state", "at"),
    Index("call_run", "run"),
    pending("call_due", "due_at", state="waiting"),
    pending("call_again", "due_at", state="retrying"),
)
"""Every call that something wanted to make, and what became of it."""

attempt = system_table(
    "attempt",
    serial(),
    must("call"),
    must("connector"),
    must("operation"),
    must("at", MOMENT),
    must("milliseconds", WHOLE),
    may("status", WHOLE),
    must("outcome"),
    may("error"),
    Index("attempt_call", "call"),
    Index("attempt_at", "connector", "at"),
)
"""Every time that a call went out, or a poll asked (then it belongs to no call)."""

_NOT_DONE = column("done_at").is_(None)

todo = system_table(
    "todo",
    key("id"),
    must("automation"),
    may("run"),
    may("role"),
    may("user"),
    must("text"),
    may("step"),
    must("table"),
    must("record"),
    must("at", MOMENT),
    may("done_at", MOMENT),
    may("done_by"),
    may("until"),  # the condition that ends it, empty without one; blank where an older program put the line
    Index("todo_record", "record"),
    Index("todo_open", "automation", "step", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
    Index("todo_role", "role", "done_at"),
    Index("todo_user", "user", "done_at"),
)
"""Lines on Home that an automation put there."""

dispute = system_table(
    "dispute",
    key("id"),
    must("arbitration"),
    must("table"),
    must("record"),
    part(),
    must("node"),
    must("state"),  # open, evidence, decided, withdrawn
    must("cause"),  # conflict, grace
    must("opened_at", MOMENT),
    may("ended_at", MOMENT),
    may("ticket_table"),
    may("ticket"),
    may("evidence", JSON),  # [{file, at, by, given_at, note, turned_down_by, turned_down_at}], the last is judged
    may("verdict", JSON),  # {verdict, by, at, claim, note}
    Index("dispute_record", "record", "node"),
    Index("dispute_state", "state", "opened_at"),
)
"""Every contradiction between sources, from its opening to its verdict."""

delivery = system_table(
    "delivery",
    key("id"),
    must("message"),
    must("letter"),  # deliveries of one letter go out together: To and Cc of one mail
    must("via"),
    may("person"),
    may("address"),
    must("copy", TRUTH),
    must("state"),  # waiting, sent, retrying, dead, held, dropped, unaddressed
    may("connector"),
    may("call"),
    may("error"),
    must("at", MOMENT),
    may("sent_at", MOMENT),
    *_worked_off(),
    Index("delivery_message", "message"),
    Index("delivery_letter", "letter"),
    Index("delivery_state", "state", "at"),
    pending("delivery_due", "due_at", state="waiting"),
    pending("delivery_again", "due_at", state="retrying"),
)
"""Every message on its way to one person."""

held = system_table("held", key("scope"), must("since", MOMENT), must("by"))
"""What is held back from going out: a connector, or everything where the scope is empty."""

sign_in_token = system_table(
    "sign_in_token",
    key("connector"),
    key("name"),
    may("sealed"),
    may("expires_at", MOMENT),
    may("lease_until", MOMENT),
    Column("fence", NUMBER, nullable=False, server_default=text("0")),
)
"""The tokens of outside systems, sealed with the installation's key."""

position = system_table(
    "position",
    key("connector"),
    key("poll"),
    may("reached", JSON),
    must("due_at", MOMENT),
    may("lease_until", MOMENT),
    Column("fence", NUMBER, nullable=False, server_default=text("0")),
    may("succeeded_at", MOMENT),
    may("error"),
)
"""How far each poll has come."""

schedule = system_table(
    "schedule",
    key("automation"),
    must("cron"),
    must("due_at", MOMENT),
    may("lease_until", MOMENT),
    Column("fence", NUMBER, nullable=False, server_default=text("0")),
)
"""When each scheduled automation is next due."""

spent = system_table("spent", key("scope"), must("counts", JSON), must("at", MOMENT), Index("spent_at", "at"))
"""How many calls went out lately, by what is limited together; in slices of each limit's window."""

heard = system_table(
    "heard",
    key("record"),
    key("part"),  # empty when the event named the record itself
    key("source"),
    must("at", MOMENT),
    clustered=True,
)
"""When an event of each connector last found a record, or one of its parts."""
