"""Floor 5: the one door to data."""

from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.change import Change, FlowDoor
from mailuo.records.door import Records
from mailuo.records.history import Turn
from mailuo.records.idempotency import Request
from mailuo.records.in_force import InForce, NothingPublished
from mailuo.records.intake import Outcome
from mailuo.records.listing import Page
from mailuo.records.messages import BadQuestion, LostRace, NoSuchThing
from mailuo.records.policy import Policy, Sight, TableAccess
from mailuo.records.query import Query
from mailuo.records.running import Running
from mailuo.records.saved_views import SavedView
from mailuo.records.search import Hit
from mailuo.records.shape import Record
from mailuo.storage.faults import FilesAway, OutcomeUnknown, StoreAway
from mailuo.storage.files import StoredFile

__all__ = [
    "SYSTEM",
    "Actor",
    "BadQuestion",
    "Change",
    "FilesAway",
    "FlowDoor",
    "Hit",
    "InForce",
    "LostRace",
    "NoSuchThing",
    "NothingPublished",
    "Outcome",
    "OutcomeUnknown",
    "Page",
    "Policy",
    "Query",
    "Record",
    "Records",
    "Request",
    "Running",
    "SavedView",
    "Sight",
    "StoreAway",
    "StoredFile",
    "TableAccess",
    "Turn",
]
