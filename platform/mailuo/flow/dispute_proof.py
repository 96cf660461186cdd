"""Proofs in disputes: who may give evidence and who may review it, and what is wrong with what is handed over."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from mailuo.base.problems import Problem, Refusal
from mailuo.flow.disputing import DisputeState
from mailuo.flow.evidence import file_proof
from mailuo.flow.messages import (
    EVIDENCE_MISSING,
    NEWER_EVIDENCE,
    NOT_ASKED,
    NOT_REVIEWER,
    NOTHING_TO_REVIEW,
    SAME_PERSON,
)
from mailuo.metadata.arbitration import Arbitration
from mailuo.metadata.model import EvidenceKind
from mailuo.records.actor import Actor
from mailuo.records.attachments import Attachments, sight_of
from mailuo.records.running import Running


def gives(actor: Actor, rule: Arbitration) -> bool:
    """Whether somebody may give evidence: who holds the role that is asked, or anybody where none is."""
    role = rule.dispute.assign_role
    return actor.sees_everything or role is None or role in actor.roles


def reviews(actor: Actor, rule: Arbitration) -> bool:
    """Whether somebody may review evidence."""
    return actor.sees_everything or rule.dispute.reviewed_by in actor.roles


def may_give(actor: Actor, rule: Arbitration, running: Running) -> None:
    """Refuses somebody who is not asked for evidence."""
    if not gives(actor, rule):
        raise Refusal(NOT_ASKED(role=_titled(running, rule.dispute.assign_role or "")))


def may_review(actor: Actor, rule: Arbitration, running: Running) -> None:
    """Refuses somebody who is not asked for a review."""
    if not reviews(actor, rule):
        raise Refusal(NOT_REVIEWER(role=_titled(running, rule.dispute.reviewed_by)))


def handed_over(
    connection: Connection, running: Running, actor: Actor, rule: Arbitration, file: str | None, now: datetime
) -> dict[str, object] | None:
    """What is kept of the photo, or None where none was handed over; refuses when one is needed, and no photo."""
    if file is None:
        if rule.dispute.photo is not None:
            flow = running.manifest.tables[rule.on].flow
            node = flow.nodes[rule.node].title if flow is not None else rule.node
            raise Refusal(EVIDENCE_MISSING(field="file", title=node, missing=rule.dispute.photo))
        return None
    attachments = Attachments(connection, actor, sight_of(connection, running, actor, now))
    found = file_proof(EvidenceKind.PHOTO, file, attachments)
    if isinstance(found, Problem):
        raise Refusal(replace(found, field="file"))
    return found


def review_problem(actor: Actor, row: Row[Any], looked_at: str | None) -> Problem | None:
    """Why somebody cannot review now: nothing waits, it is their own, or it is no longer what they looked at."""
    if row.state != DisputeState.EVIDENCE:
        return NOTHING_TO_REVIEW()
    latest = row.evidence[-1]
    if latest["by_id"] == actor.id:
        return SAME_PERSON()
    if looked_at is not None and looked_at != latest["id"]:
        return NEWER_EVIDENCE(field="evidence")
    return None


def _titled(running: Running, role: str) -> str:
    found = running.manifest.roles.get(role)
    return found.title if found is not None else role
