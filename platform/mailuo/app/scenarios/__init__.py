"""Scenarios: executable examples, played on a private store with a simulated clock."""

from mailuo.app.scenarios.report import junit, lines, summary
from mailuo.app.scenarios.result import Mismatch, Result
from mailuo.app.scenarios.running import run_scenarios

__all__ = ["Mismatch", "Result", "junit", "lines", "run_scenarios", "summary"]
