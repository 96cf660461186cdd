"""Roles: what each may see and do, with names checked and `see` compiled."""

from collections.abc import Mapping
from typing import Literal

from mailuo.formulas import Formula
from mailuo.metadata import messages
from mailuo.metadata.compiler import BOOLEAN, SEE, Compiler
from mailuo.metadata.findings import FIELD, TABLE
from mailuo.metadata.model import Grant, Role
from mailuo.metadata.outline import stored_field
from mailuo.metadata.part import Part, Written
from mailuo.metadata.references import ADMIN


def build_roles(parts: Mapping[Written, Part], compiler: Compiler) -> Mapping[str, Role]:
    """The roles as declared, and `admin` where it is not among them; what is wrong is reported."""
    roles = {str(name): _role(name, part, compiler) for name, part in parts.items()}
    return roles if ADMIN in roles else {ADMIN: Role(ADMIN, "管理员", {}), **roles}


def _role(name: Written, part: Part, compiler: Compiler) -> Role:
    grants: dict[str, Grant] = {}
    for table, grant in part.named("tables"):
        if compiler.findings.name(table, compiler.outlines, TABLE) is not None:
            grants[str(table)] = _GrantBuilder(str(table), grant, compiler).grant()
    boards = tuple(str(word) for word in part.words("boards"))
    return Role(
        str(name), part.plain("title") or str(name), grants, boards, frozenset(str(word) for word in part.words("may"))
    )


class _GrantBuilder:
    """Builds what a role may do in one table."""

    def __init__(self, table: str, part: Part, compiler: Compiler) -> None:
        self._table = table
        self._part = part
        self._compiler = compiler
        self._findings = compiler.findings

    def grant(self) -> Grant:
        """The grant; a field that is masked or hidden cannot be changed (03b, 23)."""
        part = self._part
        mask, hide, change = self._fields("mask"), self._fields("hide"), self._change()
        if change != "all":
            for word in part.words("change"):
                if word in mask:
                    self._findings.add(messages.MASK_AND_CHANGE, word)
                elif word in hide:
                    self._findings.add(messages.HIDE_AND_CHANGE, word)
        return Grant(
            see=self._see(), create=part.flag("create"), change=change, delete=part.flag("delete"), hide=hide, mask=mask
        )

    def _see(self) -> Formula | bool:
        said = self._part.get("see")
        if isinstance(said, bool):
            return said
        word = self._part.text("see")
        if word in (None, "all", "none", "true", "false"):
            return word in ("all", "true")
        return self._compiler.formula(word, self._table, SEE, BOOLEAN) or False

    def _change(self) -> frozenset[str] | Literal["all"]:
        said = self._part.get("change")
        if said == "all":
            return "all"
        if said == "none":
            return frozenset()
        outline = self._compiler.outlines[self._table]
        names = (stored_field(word, outline, self._findings) for word in self._part.words("change"))
        return frozenset(name for name in names if name is not None)

    def _fields(self, key: str) -> frozenset[str]:
        fields = self._compiler.outlines[self._table].fields
        names = (self._findings.name(word, fields, FIELD) for word in self._part.words(key))
        return frozenset(name for name in names if name is not None)
