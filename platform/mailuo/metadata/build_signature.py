"""Signatures that a connector declares part by part."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from mailuo.formulas import Template
from mailuo.formulas.types import TEXT
from mailuo.metadata import rule_messages as messages
from mailuo.metadata.compiler import Compiler
from mailuo.metadata.connector import Signature, Spot, Stamp
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scopes import Body, Layers, Member, Value

_WINDOW = timedelta(minutes=5)
_USUAL = "key"
_WHERE = ("header", "query", "field")
_WORDS = ("method", "path", "query", "body", "time", "nonce", "sorted", "sorted_query", "sorted_encoded", "sorted_json")
_MEMBERS = ("header", "param", "field")


@dataclass(frozen=True)
class SignatureBuilder:
    """Builds signatures; `secrets` are the values of `auth` that may be their keys."""

    compiler: Compiler
    secrets: frozenset[str]
    zone: ZoneInfo

    def signature(self, auth: Part, key: str) -> Signature | None:
        """The signature below a key of `auth`; None where there is none, or it is too wrong to be one."""
        if key not in auth:
            return None
        part = auth.part(key)
        spot, over = self._spot(part), self.compiler.template_in(part.text("over"), self._scope(key))
        secret = part.text("key") or Written.at(_USUAL, part.place, part.path)
        if secret not in self.secrets:
            self.compiler.findings.add(messages.NO_SECRET, secret)
        if spot is None:
            return None
        time = part.part("time")
        stamp = self._spot(time) if "time" in part else None
        return Signature(
            digest=part.plain("digest") or "",
            key=str(secret),
            over=over or Template("", (), frozenset()),
            form=part.plain("form") or "hex",
            spot=spot,
            prefix=part.plain("prefix") or "",
            time=None if stamp is None else Stamp(stamp, time.plain("unit") or "seconds"),
            nonce=self._spot(part.part("nonce")) if "nonce" in part else None,
            id=self._spot(part.part("id")) if "id" in part else None,
            window=part.span("window") or _WINDOW,
            without=tuple(map(str, part.words("without"))),
            zone=self.zone,
        )

    def _scope(self, key: str) -> Layers:
        """The pieces of a request; the path of what comes in is ours, and no part of a signature."""
        words = (word for word in _WORDS if key == "sign" or word != "path")
        named: dict[str, Member] = {word: Value(TEXT) for word in words}
        return Layers({**named, **{word: Body() for word in _MEMBERS}, "auth": Body(("id",))})

    def _spot(self, part: Part) -> Spot | None:
        written = [key for key in _WHERE if key in part]
        if len(written) != 1:
            self.compiler.findings.problems.append(messages.ONE_SPOT(place=part.place, path=part.path))
            return None
        return Spot(cast(Literal["header", "query", "field"], written[0]), part.plain(written[0]) or "")
