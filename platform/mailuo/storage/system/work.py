"""Tables of work: answers to be given again, jobs, and the audit."""

from sqlalchemy import Column, Index, text

from mailuo.storage.system.columns import JSON, MOMENT, NUMBER, WHOLE, key, may, must, pending, serial, system_table

idempotency = system_table(
    "idempotency",
    key("actor"),
    key("key"),
    must("request"),  # digest of what was asked
    must("state"),  # working, done
    may("status", WHOLE),
    may("answer", JSON),
    must("at", MOMENT),
    Index("idempotency_at", "at"),
)
"""First answers to requests that carry an Idempotency-Key."""

job = system_table(
    "job",
    key("id"),
    must("kind"),
    must("state"),  # waiting, running, done, failed, parked
    must("payload", JSON),
    may("result", JSON),
    may("rejects", JSON),
    Column("done", NUMBER, nullable=False, server_default=text("0")),
    may("total", NUMBER),
    may("digest"),  # of the file it reads: one seen before is said so
    must("actor"),
    may("revision", NUMBER),
    must("created_at", MOMENT),
    may("started_at", MOMENT),
    may("finished_at", MOMENT),
    may("lease_until", MOMENT),
    Column("fence", NUMBER, nullable=False, server_default=text("0")),
    Column("attempts", WHOLE, nullable=False, server_default=text("0")),
    may("error"),
    Index("job_digest", "digest"),
    pending("job_waiting", "created_at", state="waiting"),
)
"""Long work: a row, and at most a bell elsewhere."""

audit = system_table(
    "audit",
    serial(),
    must("at", MOMENT),
    must("actor"),
    must("action"),
    may("table"),
    may("record"),
    may("address"),
    may("detail", JSON),
    Index("audit_at", "at"),
)
"""Who did what beyond records: publishing, granting, erasing, exporting."""
