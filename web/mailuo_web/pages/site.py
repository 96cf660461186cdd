"""All pages: importing this module registers every route with the blueprint that it gives."""

from mailuo_web.pages import (
    account,
    alert_messages,
    alerts,
    connectors,
    disputes,
    home,
    public_form,
    records,
    runs,
    signin,
    styleguide,
    tables,
)
from mailuo_web.pages.blueprint import blueprint

PAGES = (signin, public_form, home, tables, records, alerts, alert_messages, disputes, connectors, runs, account, styleguide)
"""The modules whose routes make up the site."""

__all__ = ["PAGES", "blueprint"]
