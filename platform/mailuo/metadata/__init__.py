"""Floor 3: declarations: read with positions, checked, built into one manifest, compared."""

from mailuo.metadata.compare import Change, compare
from mailuo.metadata.edits import Edit, edited
from mailuo.metadata.folder import read_folder, write_folder
from mailuo.metadata.load import DEFAULT_ZONE, load, load_published
from mailuo.metadata.model import Manifest
from mailuo.metadata.names import Directory, TableScope, directory_of, scope_of

__all__ = [
    "DEFAULT_ZONE",
    "Change",
    "Directory",
    "Edit",
    "Manifest",
    "TableScope",
    "compare",
    "directory_of",
    "edited",
    "load",
    "load_published",
    "read_folder",
    "scope_of",
    "write_folder",
]
