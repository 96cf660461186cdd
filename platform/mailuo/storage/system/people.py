"""Tables of people: who may sign in, with which role and by which credential."""

from sqlalchemy import Column, Index, text

from mailuo.storage.system.columns import JSON, MOMENT, TRUTH, WHOLE, key, may, must, serial, system_table

person = system_table(
    "person",
    key("id"),
    must("name"),
    may("email"),
    may("phone"),
    may("wecom"),
    may("language"),
    may("password"),
    Column("epoch", WHOLE, nullable=False, server_default=text("1")),
    may("disabled_at", MOMENT),
    must("created_at", MOMENT),
    Index("person_name", "name", unique=True),
    Index("person_wecom", "wecom"),
)
"""Everybody who may sign in; a new `epoch` ends all of a person's credentials."""

role_grant = system_table("role_grant", key("person"), key("role"), must("by"), must("at", MOMENT), clustered=True)
"""Who holds which role."""

credential = system_table(
    "credential",
    key("id"),
    must("kind"),  # session, token
    must("hash"),
    must("name"),
    may("person"),
    may("epoch", WHOLE),
    may("roles", JSON),
    may("sources", JSON),
    may("detail", JSON),
    must("created_at", MOMENT),
    must("created_by"),
    may("expires_at", MOMENT),
    may("used_at", MOMENT),
    may("revoked_at", MOMENT),
    Index("credential_hash", "hash", unique=True),
    Index("credential_person", "person"),
)
"""Sessions and tokens: only their hash."""

sign_in = system_table(
    "sign_in",
    serial(),
    must("at", MOMENT),
    must("account"),
    must("address"),
    must("succeeded", TRUTH),
    Index("sign_in_account", "account", "at"),
    Index("sign_in_address", "address", "at"),
)
"""Attempts to sign in, for their limits."""

one_time = system_table("one_time", key("person"), must("at", MOMENT), clustered=True)
"""Whose password was made up for them, and when; the row goes once they choose their own."""
