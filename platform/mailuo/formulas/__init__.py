"""Floor 1, formulas: one language for fields, filters, conditions and measures, with one answer on every store."""

from mailuo.formulas.evaluate import evaluate
from mailuo.formulas.formula import Context, Formula, Template, WorkCalendar
from mailuo.formulas.functions import FUNCTIONS
from mailuo.formulas.parse import parse_formula, parse_template

__all__ = [
    "FUNCTIONS",
    "Context",
    "Formula",
    "Template",
    "WorkCalendar",
    "evaluate",
    "parse_formula",
    "parse_template",
]
