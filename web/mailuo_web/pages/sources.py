"""Who said it, in words: the titles of outside sources, roles, and the reserved ones."""

from mailuo.metadata.model import Manifest
from mailuo_web.texts import Say


def source_title(manifest: Manifest, source: str, say: Say) -> str:
    """What people call a source of claims."""
    kind, _, name = source.partition(":")
    if kind == "role":
        role = manifest.roles.get(name)
        return role.title if role else name
    if kind == "form":
        return say("source.form")
    return manifest.workspace.sources.get(source) or say.title(f"source.{source}", source)
