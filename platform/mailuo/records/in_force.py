"""The revision in force, as this process knows it; swapped whole when another one is."""

from mailuo.metadata import DEFAULT_ZONE, load_published
from mailuo.metadata.model import Manifest
from mailuo.records.running import Calendars, Nobody, Running, Watcher
from mailuo.storage.engine import Store
from mailuo.storage.revisions import files_of, running_number


class NothingPublished(Exception):
    """The store has no revision yet."""


class InForce:
    """Holds the running object; `renew` looks whether somebody has published. `zone` is for who names none."""

    def __init__(
        self, store: Store, calendars: Calendars, zone: str = DEFAULT_ZONE, watcher: Watcher | None = None
    ) -> None:
        self._store = store
        self._zone = zone
        self._calendars = calendars
        self._watcher = watcher or Nobody()
        self.current = self._loaded(self._number())

    def renew(self) -> Running:
        """The revision that is in force now; does next to nothing when it is the one known."""
        number = self._number()
        if number != self.current.number:
            self.current = self._loaded(number)
        return self.current

    def _number(self) -> int:
        with self._store.read() as connection:
            number = running_number(connection)
        if number is None:
            raise NothingPublished
        return number

    def _loaded(self, number: int) -> Running:
        manifest = load_published(files_of(self._store, number), self._zone)
        assert isinstance(manifest, Manifest), "a published revision was checked before it was published"
        with self._store.read() as connection:
            return Running.load(connection, number, manifest, self._calendars, self._watcher)
