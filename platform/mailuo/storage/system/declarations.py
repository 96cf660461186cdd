"""Tables of what was declared: revisions, and the identities of what they declare."""

from sqlalchemy import Column, ForeignKey, Index, text

from mailuo.storage.system.columns import JSON, MOMENT, NUMBER, WHOLE, key, may, must, system_table

fact = system_table("fact", key("name"), must("value"))
"""What is true of this installation: `schema` is the version of these tables."""

revision = system_table(
    "revision",
    key("number", NUMBER),
    must("state"),  # preparing, serving, former, refused
    may("base", NUMBER),
    must("files", JSON),
    must("at", MOMENT),
    must("by"),
    must("message"),
    may("names", JSON),  # [number, parent, kind, name] of what it declares
    may("returns_to", NUMBER),  # the revision that it goes back to
    Column("steps", WHOLE, nullable=False, server_default=text("0")),  # how many are done, while it is prepared
    may("cursor"),  # the last record that the present step has been through
)
"""Every published set of declaration files; exactly one is `serving`."""

identity = system_table(
    "identity",
    key("number", NUMBER),
    Column("parent", NUMBER, ForeignKey("identity.number")),
    must("kind"),  # table, field, node, exit, option
    must("name"),
    may("form"),  # how a field's values are stored: the kind of column, and its places
    must("state"),  # new, live, trash
    must("since", MOMENT),
    Index("identity_name", "parent", "kind", "name"),
)
"""What a declared table, field, node or exit is, whatever its name: its number makes its physical name."""
