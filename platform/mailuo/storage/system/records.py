"""Tables beside the records: history, counters, files and saved views."""

from sqlalchemy import Column, Index, false

from mailuo.storage.system.columns import JSON, MOMENT, NUMBER, TRUTH, WHOLE, key, may, must, serial, system_table

history = system_table(
    "history",
    serial(),
    must("record"),
    must("table"),
    must("field"),  # empty for creation, trash and return
    may("old", JSON),
    may("new", JSON),
    must("by"),
    must("at", MOMENT),
    must("version", WHOLE),
    Index("history_record", "record", "field", "at"),
)
"""Every change of a field."""

counter = system_table("counter", key("table"), key("group"), must("value", NUMBER))
"""The last number given out, for each group that a key counts."""

file = system_table(
    "file",
    key("id"),
    must("name"),
    must("size", NUMBER),
    must("sha256"),
    must("type"),
    must("key"),
    must("uploaded_by"),
    must("uploaded_at", MOMENT),
    Column("attached", TRUTH, nullable=False, server_default=false()),
    Index("file_uploaded", "uploaded_at"),
)
"""What is known of a stored file; its bytes lie in the depot under `key`; nobody brought one that is on its way out."""

file_use = system_table(
    "file_use",
    key("file"),
    key("record"),
    key("place"),  # `field:ID`, or `claim:ID`
    must("table"),
    Index("file_use_record", "record"),
    clustered=True,
)
"""Where a file hangs: who may see one of these places may see the file."""

view = system_table(
    "view",
    key("id"),
    must("table"),
    may("person"),  # blank: everybody's
    must("title"),
    must("spec", JSON),
    must("created_at", MOMENT),
    Index("view_table", "table", "person"),
)
"""The views that people saved."""
