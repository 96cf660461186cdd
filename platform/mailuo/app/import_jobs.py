"""Jobs that take files in: what the pages and the API ask for, done by a worker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mailuo.app.jobs import Result, Runner, Task
from mailuo.app.uploads import Uploads
from mailuo.exchange import ClaimsImport, Imported, Imports, Progress, Wish
from mailuo.exchange.wish import unwatched
from mailuo.records.in_force import InForce

IMPORT, CLAIMS = "import", "claims"


@dataclass(frozen=True)
class ImportJobs:
    """Does jobs whose payload names an uploaded `file`, for records a `table`, and what a `Wish` may say."""

    imports: Imports
    claims: ClaimsImport
    uploads: Uploads
    in_force: InForce

    def runners(self) -> Mapping[str, Runner]:
        """The kinds of jobs that take files in."""
        return {IMPORT: self._records, CLAIMS: self._claims}

    def _records(self, task: Task) -> Result:
        table = str(task.payload["table"])
        return self._taken(task, lambda path, wish, watch: self.imports.run(task.actor, table, path, wish, watch))

    def _claims(self, task: Task) -> Result:
        return self._taken(task, lambda path, wish, watch: self.claims.run(task.actor, path, wish, watch))

    def _taken(self, task: Task, run: Callable[..., Imported]) -> Result:
        stored = self.uploads.find(task.actor, str(task.payload["file"]))
        wish = _wish(task, stored.name)

        def watch(progress: Progress) -> None:
            task.told(progress.done, progress.total)

        at_once = wish.all_or_nothing or wish.dry_run  # one transaction, into which nothing else is written meanwhile
        with self.uploads.local(stored) as path:
            imported = run(path, wish, unwatched if at_once else watch)
        task.told(imported.total, imported.total)
        outcome = imported.json(self.in_force.current, task.actor.language)
        rejects = outcome.pop("rejects")
        assert isinstance(rejects, list)
        return Result(outcome, tuple(rejects))


def _wish(task: Task, name: str) -> Wish:
    """What the payload asks for; what it does not name is plain."""
    asked = task.payload
    flags: dict[str, Any] = {
        flag: bool(asked.get(flag)) for flag in ("upsert", "all_or_nothing", "again", "live", "dry_run")
    }
    return Wish(mapping=asked.get("mapping"), name=name, job=task.id, **flags)
