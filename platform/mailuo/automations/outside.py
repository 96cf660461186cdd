"""The outside: everything that talks to other systems, put together once for a process."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from mailuo.automations.bell import Bell
from mailuo.automations.calls import Calls
from mailuo.automations.console import Console
from mailuo.automations.dead_letters import LONGEST_LOOK, DeadLetters
from mailuo.automations.engine import Engine
from mailuo.automations.intake import Intake
from mailuo.automations.polls import Polls
from mailuo.automations.receiving import Receiving
from mailuo.automations.receiving_messages import NO_ADDRESS
from mailuo.automations.runs import answered
from mailuo.automations.switch import Note, switch_off
from mailuo.automations.waits import Waits
from mailuo.automations.workshop import Work
from mailuo.base.clock import Clock
from mailuo.base.problems import Refusal
from mailuo.connectors.client import Caller, Client
from mailuo.connectors.conversation import Conversation
from mailuo.connectors.environment import Environment
from mailuo.connectors.reaching import Reaching
from mailuo.connectors.resting import Rests
from mailuo.connectors.sealing import Seal
from mailuo.connectors.tokens import Tokens
from mailuo.metadata import Manifest
from mailuo.records.actor import SYSTEM
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.storage.engine import Store


@dataclass(frozen=True)
class World:
    """What the outside is to this process: its environment, how it is reached, how patient we are."""

    environment: Environment
    secret: bytes
    waits: Waits
    every: timedelta = timedelta(minutes=1)
    """How often a poll asks that does not say."""
    caller: Caller | None = None
    """Who makes the calls; None: a client."""
    rests_after: int = 5
    sleep: Callable[[float], None] = time.sleep
    played: bool = False
    """Whether the outside is only played: nothing is signed or polled, and letters do not wait to be looked at."""


class Outside:
    """All that comes in and goes out."""

    def __init__(
        self, store: Store, in_force: InForce, clock: Clock, records: Records, world: World, bell: Callable[[], Bell], note: Note
    ) -> None:
        self._in_force = in_force
        self.environment = world.environment
        caller = world.caller or Reaching(self._client)
        tokens = Tokens(store, clock, Seal(world.secret), caller, world.sleep)
        conversation = Conversation(caller, tokens, clock, signs=not world.played)
        self.receiving = Receiving(store, in_force, clock, world.environment, bell)
        self.intake = Intake(store, in_force, clock, records, world.environment)
        self.calls = Calls(
            store, in_force, clock, world.environment, conversation, world.waits, answered, bell, Rests(world.rests_after),
            partial(_switched_off, note),
        )  # fmt: skip
        self.polls = Polls(
            store, in_force, clock, world.environment, conversation, bell, world.every, world.waits, world.sleep
        )
        self.letters = DeadLetters(store, in_force, clock)
        self.console = Console(store, in_force, clock, world.environment, bell, note)
        self._played = world.played
        self._polled_for: int | None = None

    @property
    def works(self) -> tuple[Work, ...]:
        """What works off queues."""
        return (self.intake, self.calls) if self._played else (self.intake, self.calls, self.polls)

    def join(self, engine: Engine) -> None:
        """Has an engine work off what comes in and goes out."""
        for work in self.works:
            engine.workshop.add(work)
        engine.looks.append(self.look)

    def refuse_unreachable(self, manifest: Manifest) -> None:
        """Refuses connectors, new or with a new address, whose address as written no call may reach."""
        running = self._in_force.current.manifest.connectors
        fresh = [each for name, each in manifest.connectors.items() if name not in running or running[name].base_url != each.base_url]
        found = self.environment.unreachable(fresh)
        if found:
            raise Refusal(*(NO_ADDRESS(place=each.place, path="base_url", connector=each.title) for each in found))

    def look(self, now: datetime) -> int:
        """How many dead letters are taken up again; polls of a new revision get their positions."""
        if self._played:
            return self.letters.look(now, ahead=LONGEST_LOOK)
        number = self._in_force.current.number
        if self._polled_for != number:
            self.polls.ensure()
            self._polled_for = number
        return self.letters.look(now)

    def _client(self) -> Client:
        running = self._in_force.current

        def make() -> Client:
            return Client(self.environment.named(running.manifest.connectors.values()))

        return running.once(("client", id(self)), make)


def _switched_off(note: Note, connection: Connection, connector: str, now: datetime) -> None:
    if switch_off(connection, connector, now):
        note(connection, SYSTEM, "hold", detail={"connector": connector, "gone": True})
