"""Floor 8: spreadsheets and claims in, records out."""

from mailuo.exchange.claims import ClaimsImport
from mailuo.exchange.exports import FORMATS, Exports
from mailuo.exchange.imports import Imports
from mailuo.exchange.mapping import read_mapping
from mailuo.exchange.rejects import ENDING as REJECTS_ENDING
from mailuo.exchange.wish import Imported, Progress, Reject, Wish

__all__ = [
    "FORMATS",
    "REJECTS_ENDING",
    "ClaimsImport",
    "Exports",
    "Imported",
    "Imports",
    "Progress",
    "Reject",
    "Wish",
    "read_mapping",
]
