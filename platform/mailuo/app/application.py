"""The application: from settings to the graph of objects that everything above asks. Nothing else wires anything."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe

from mailuo.analytics.door import Analytics
from mailuo.app.accounts import Accounts
from mailuo.app.audit import Audit
from mailuo.app.background import Background
from mailuo.app.declarations import Declarations
from mailuo.app.health import Health
from mailuo.app.import_jobs import ImportJobs
from mailuo.app.jobs import Jobs
from mailuo.app.messages import NOTHING_PUBLISHED
from mailuo.app.recomputation import Recomputation
from mailuo.app.retention import Retention
from mailuo.app.uploads import Uploads
from mailuo.automations.deliveries import Deliveries
from mailuo.automations.endings import Endings
from mailuo.automations.engine import Engine
from mailuo.automations.forms import Forms
from mailuo.automations.outside import Outside, World
from mailuo.automations.relay import Relay
from mailuo.automations.run_log import RunLog
from mailuo.automations.runs import answered
from mailuo.automations.streams import Hub
from mailuo.automations.switch import Switch
from mailuo.automations.todos import Todos
from mailuo.automations.waits import Waits
from mailuo.base.clock import Clock, SystemClock
from mailuo.base.problems import Refusal
from mailuo.base.settings import Settings
from mailuo.connectors.environment import Environment
from mailuo.exchange import ClaimsImport, Exports, Imports
from mailuo.flow.changes import FlowChanges
from mailuo.flow.disputes import Disputes
from mailuo.flow.door import Flow
from mailuo.flow.recompute import Recomputing
from mailuo.flow.sweep import Sweep
from mailuo.flow.wall import Wall
from mailuo.flow.worktime import calendars_of
from mailuo.metadata import read_folder
from mailuo.metadata.grammar_messages import NO_DECLARATIONS
from mailuo.records.door import Records
from mailuo.records.in_force import InForce, NothingPublished
from mailuo.storage import publishing
from mailuo.storage.depot import depot_of
from mailuo.storage.engine import Store

_SECRET_FILE = "secret"  # noqa: S105 - the name of a file
FIRST = "第一次发布 · first publication"


@dataclass(frozen=True)
class Application:
    """Everything that serves one store. Threads share it."""

    settings: Settings
    clock: Clock
    store: Store
    in_force: InForce
    records: Records
    flow: Flow
    alerts: Wall
    disputes: Disputes
    sweep: Sweep
    relay: Relay
    engine: Engine
    runs: RunLog
    todos: Todos
    forms: Forms
    deliveries: Deliveries
    switch: Switch
    outside: Outside
    events: Hub
    recompute: Recomputing
    recomputation: Recomputation
    accounts: Accounts
    declarations: Declarations
    uploads: Uploads
    imports: Imports
    claims: ClaimsImport
    exports: Exports
    jobs: Jobs
    analytics: Analytics
    audit: Audit
    health: Health
    background: Background
    admin_password: str | None = None
    """The password made up for the first admin, to be shown once."""

    @classmethod
    def open(
        cls, settings: Settings, *, serving: bool = False, workspace: Path | None = None, clock: Clock | None = None
    ) -> "Application":
        """The application on the store that the settings name.

        Completes a publication that a crash interrupted, publishes the workspace's folder where nothing is published
        yet, and makes the first admin when it serves. Refuses a home that is served already, an empty one, and to serve
        without a place for files.
        """
        store = Store.open(settings.database_url, settings.home, serving=serving)
        try:
            return cls._over(settings, store, clock or SystemClock(), serving, workspace)
        except BaseException:
            store.close()
            raise

    @classmethod
    def _over(
        cls, settings: Settings, store: Store, clock: Clock, serving: bool, workspace: Path | None
    ) -> "Application":
        publishing.resume(store)
        declarations = declarations_of(settings, store, clock)
        if workspace is not None and declarations.running() is None:
            publish_folder(declarations, workspace)
        try:
            built = cls.over(settings, store, clock)
        except NothingPublished:
            raise Refusal(NOTHING_PUBLISHED()) from None
        if not serving:
            return built
        built.uploads.require()
        made = built.accounts.ensure_admin(settings.admin_password)
        return cls(**{**vars(built), "admin_password": made})

    @classmethod
    def over(cls, settings: Settings, store: Store, clock: Clock) -> "Application":
        """The application on a store that is open and has something published; raises NothingPublished."""
        in_force = InForce(store, calendars_of, settings.timezone.key, Endings())
        audit = Audit(store, clock)
        records = Records(store, in_force, clock, FlowChanges(), secret_of(settings))
        accounts = Accounts(store, in_force, clock, audit, settings.language)
        sweep = Sweep(store, in_force, settings.base_url or "", clock)
        forms = Forms(store, in_force, clock, records, secret_of(settings), settings.base_url or "")
        engine = Engine(store, in_force, clock, records, Waits(settings.retry_waits), forms)
        environment = Environment(os.environ, settings.allow_hosts)
        world = World(environment, secret_of(settings), Waits(settings.retry_waits), settings.poll_every)
        outside = Outside(store, in_force, clock, records, world, lambda: engine.workshop.bell, audit.note)
        outside.join(engine)
        deliveries = Deliveries(store, in_force, clock, environment, settings.base_url or "")
        recompute = Recomputing(store, in_force, clock)
        recomputation = Recomputation(store, in_force, clock, recompute)
        uploads = Uploads(store, depot_of(settings.files), records, clock)
        imports, claims = Imports(store, in_force, records, clock), ClaimsImport(store, in_force, clock)
        jobs = Jobs(store, in_force, clock, ImportJobs(imports, claims, uploads, in_force).runners())
        retention = Retention(store, in_force, clock, uploads)
        return cls(
            settings=settings,
            clock=clock,
            store=store,
            in_force=in_force,
            records=records,
            flow=Flow(store, in_force, clock, records),
            alerts=Wall(store, in_force, clock),
            disputes=Disputes(store, in_force, clock, records),
            sweep=sweep,
            relay=engine.relay,
            engine=engine,
            runs=RunLog(store, in_force, clock, records, lambda: engine.workshop.bell),
            todos=engine.todos,
            forms=forms,
            deliveries=deliveries,
            switch=Switch(store, in_force, clock, audit.note, answered),
            outside=outside,
            events=Hub(store, in_force, clock),
            recompute=recompute,
            recomputation=recomputation,
            accounts=accounts,
            declarations=Declarations(store, clock, audit, settings.timezone.key, in_force.renew),
            uploads=uploads,
            imports=imports,
            claims=claims,
            exports=Exports(records),
            jobs=jobs,
            analytics=Analytics(store, in_force, clock),
            audit=audit,
            health=Health(
                settings, store, in_force, clock, recomputation, deliveries, environment, uploads
            ),
            background=Background(
                clock, in_force, sweep, engine, deliveries, recomputation, jobs, accounts, retention, settings.redis_url
            ),
        )

    def close(self) -> None:
        """Ends the background and closes the store."""
        self.events.close()
        self.background.stop()
        self.engine.close()
        self.uploads.close()
        self.store.close()


@contextmanager
def opened(settings: Settings, *, serving: bool = False, workspace: Path | None = None) -> Iterator[Application]:
    """The application, closed in the end."""
    application = Application.open(settings, serving=serving, workspace=workspace)
    try:
        yield application
    finally:
        application.close()


def declarations_of(settings: Settings, store: Store, clock: Clock) -> Declarations:
    """The declarations of a store in which nothing may be published yet."""
    return Declarations(store, clock, Audit(store, clock), settings.timezone.key)


def publish_folder(declarations: Declarations, folder: Path) -> None:
    """Publishes a workspace's folder as the first revision; refuses what is wrong with it."""
    files = read_folder(folder)
    if not files:
        raise Refusal(NO_DECLARATIONS(folder=folder))
    declarations.publish(files, FIRST)


def secret_of(settings: Settings) -> bytes:
    """The key with which cursors and links are signed: the one given, or one that was made for this home."""
    given = settings.secret_key or _kept_secret(settings.home / _SECRET_FILE)
    return sha256(b"mailuo\0" + given.encode()).digest()


def _kept_secret(path: Path) -> str:
    """The secret kept below the home; made on first use, readable by its owner alone."""
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("utf-8").strip()
    made = token_urlsafe(32)
    with os.fdopen(file, "w", encoding="utf-8") as target:
        target.write(made)
    return made
