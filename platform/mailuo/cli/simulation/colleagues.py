"""Colleagues: the people of the scenes, and what they do about what they see: they sign in, and act in their own name."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from mailuo.base.problems import Refusal
from mailuo.cli.simulation.scenes import Note, Proof, Scenes, Trial
from mailuo.cli.simulation.server import Server

_PATIENCE = 120
_BEFORE = timedelta(minutes=9)
Deed = Callable[[], bool]


class Colleagues:
    """People who are new to the server, each deed done once, as soon as there is something to be done it about."""

    def __init__(self, scenes: Scenes, server: Server, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._passwords = self._hired(scenes)
        self._signed_in: dict[str, Server] = {}
        self._tries = 0
        self._left: list[Deed] = [
            *(partial(self._acknowledge, note) for note in scenes.notes),
            *(partial(self._try, trial) for trial in scenes.trials),
            *(partial(self._prove, proof) for proof in scenes.proofs),
        ]

    def look(self) -> None:
        """Does what there is to be done; what is never there is given up some day."""
        self._tries += 1
        if self._tries > _PATIENCE:
            self._left = []
        self._left = [deed for deed in self._left if not _done(deed)]

    def _hired(self, scenes: Scenes) -> dict[str, str]:
        found = {}
        for person in scenes.people:
            password = self._server.add_person(person.name, person.roles, email=person.email, wecom=person.wecom)
            if password is not None:
                found[person.name] = password
        return found

    def _as(self, name: str) -> Server | None:
        """The server for somebody; None for who was there before, whose password is not ours to know."""
        if name not in self._signed_in and name in self._passwords:
            self._signed_in[name] = self._server.as_person(name, self._passwords[name])
        return self._signed_in.get(name)

    def _acknowledge(self, note: Note) -> bool:
        server = self._as(note.person)
        if server is None:
            return True
        alerts = server.ask("/alerts", state="open", rule=note.rule)["alerts"]
        for alert in alerts[: note.count]:
            server.do(f"/alerts/{alert['id']}/acknowledge", {"note": note.text})
        return bool(alerts)

    def _try(self, trial: Trial) -> bool:
        self._server.do(f"/connectors/{trial.connector}/operations/{trial.operation}/test", {"with": trial.values})
        return True

    def _prove(self, proof: Proof) -> bool:
        """Gives the evidence of the oldest such dispute that has none, and lets it be reviewed where that is wanted."""
        server = self._as(proof.person)
        if server is None:
            return True
        found = [each for each in server.ask("/disputes", state="open")["disputes"] if each["cause"] == proof.cause]
        if not found:
            return False
        photo = server.upload(self._folder / proof.photo)
        body = {"file": photo, "at": _marked(found[0]).isoformat(), "note": proof.text}
        server.do(f"/disputes/{found[0]['id']}/evidence", body)
        reviewer = self._as(proof.reviewer)
        if reviewer is not None:
            reviewer.do(f"/disputes/{found[0]['id']}/review", {"verdict": "accept"})
        return True


def _marked(dispute: Mapping[str, Any]) -> datetime:
    """The time that the photo shows: a little before the latest word."""
    return max(datetime.fromisoformat(claim["at"]) for claim in dispute["claims"]) - _BEFORE


def _done(deed: Deed) -> bool:
    try:
        return deed()
    except Refusal:
        return False
