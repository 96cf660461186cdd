"""Floor 9: the composition root: from settings to the graph of objects, and what serves beside records and flows."""

from mailuo.app.application import Application, opened
from mailuo.app.credentials import Opened, Signed, Token
from mailuo.app.declarations import Plan
from mailuo.app.health import Figures, Ready
from mailuo.app.messages import TooManySignIns
from mailuo.app.people import Person

__all__ = [
    "Application",
    "Figures",
    "Opened",
    "Person",
    "Plan",
    "Ready",
    "Signed",
    "Token",
    "TooManySignIns",
    "opened",
]
