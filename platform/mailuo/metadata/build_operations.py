"""What a connector can call: requests, what their answers mean, how fast and how often; signing in."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from mailuo.formulas import Formula, Template
from mailuo.formulas.types import MOMENT, NUMBER
from mailuo.metadata import rule_messages as messages
from mailuo.metadata.build_given import Giver, Style
from mailuo.metadata.build_signature import SignatureBuilder
from mailuo.metadata.compiler import BOOLEAN, CONDITION, Compiler
from mailuo.metadata.connector import Auth, Classes, Limits, Operation, Rate, Request, Setting, SignIn
from mailuo.metadata.findings import OPERATION
from mailuo.metadata.given import Path
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scopes import Body, Layers, Member, Value

_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(:-[^{}]*)?\}", re.ASCII)
_BEGUN = re.compile(r"\$\{[^}]*\}?")
_PARTS = ("scheme", "sign", "verify")
_OURS = "MAILUO_"
_PERIODS = {
    "per_second": timedelta(seconds=1),
    "per_minute": timedelta(minutes=1),
    "per_hour": timedelta(hours=1),
    "per_day": timedelta(days=1),
}
_CLASSES = ("ok", "retry", "refresh", "wait", "partial")
_LONG = timedelta(hours=1)
_ANSWER = Layers({"status": Value(NUMBER), "body": Body()})
AUTH = Body(("id",))
NOW = Value(MOMENT)


@dataclass(frozen=True)
class Calling:
    """What all operations of a connector share."""

    answers: Part
    limits: Limits
    secrets: frozenset[str]
    signed: Mapping[str, Member]
    """The readable values that signing in keeps: `signin`."""


class OperationBuilder:
    """Builds operations and steps of signing in."""

    def __init__(self, compiler: Compiler, zone: ZoneInfo) -> None:
        self._compiler = compiler
        self._zone = zone
        self._findings = compiler.findings
        self._giver = Giver(compiler)

    # Settings

    def setting(self, text: Written | None) -> Setting | None:
        """A text that may name variables of the environment."""
        if text is None:
            return None
        for match in _REFERENCE.finditer(text):
            if match[1].startswith(_OURS):
                self._findings.add(messages.ENVIRONMENT_OURS, _at(text, match.start(), match[1]))
        found = list(_REFERENCE.finditer(text))
        begun = {match.start() for match in found}
        for match in _BEGUN.finditer(text):
            if match.start() not in begun:
                self._findings.add(messages.ENVIRONMENT_NAME, _at(text, match.start(), match[0]))
        names = tuple(match[1] for match in found)
        return Setting(str(text), names, tuple(match[1] for match in found if match[2] is None))

    def auth(self, part: Part) -> Auth | None:
        """How calls are signed; None where nothing is said."""
        scheme = part.plain("scheme")
        if scheme is None:
            return None
        values = {str(key): self.setting(part.text(key)) for key in part if key not in _PARTS}
        given = {key: value for key, value in values.items() if value is not None}
        if ("sign" in part or "verify" in part) != (scheme == "declared"):
            self._findings.add(messages.DECLARED_PARTS, part.text("scheme") or part.key("scheme"))
        signatures = SignatureBuilder(self._compiler, frozenset(given), self._zone)
        return Auth(scheme, given, signatures.signature(part, "sign"), signatures.signature(part, "verify"))

    # How fast and how often

    def limits(self, part: Part, usual: Limits | None = None) -> Limits:
        """The limits as written, over the usual ones."""
        usual = usual or Limits()
        again = part.part("retry")
        waits = again.get("waits")
        return replace(
            usual,
            rates=_rates(part) or usual.rates,
            recipient_rates=_rates(part.part("recipient")) or usual.recipient_rates,
            timeout=part.span("timeout") or usual.timeout,
            times=again.whole("times") or usual.times,
            retry_on=tuple(map(str, again.words("on"))) or usual.retry_on,
            waits=tuple(each for each in waits if isinstance(each, timedelta))
            if isinstance(waits, tuple)
            else usual.waits,
        )

    # Requests and answers

    def request(self, part: Part, scope: Layers, secrets: frozenset[str]) -> Request:
        """The request to be filled in."""
        style = Style(literals=True, secrets=secrets)
        method = part.plain("method") or ("POST" if "form" in part or "json" in part else "GET")
        return Request(
            method=cast(Literal["GET", "POST", "PUT", "PATCH", "DELETE"], method),
            path=self._compiler.template_in(part.text("path"), scope) or Template("", (), frozenset()),
            query=self._giver.values(part.part("query"), scope, style),
            headers=self._giver.values(part.part("headers"), scope, style),
            form=self._giver.values(part.part("form"), scope, style) if "form" in part else None,
            json=self._giver.value(part.get("json"), scope, style),
        )

    def classes(self, part: Part, answers: Part) -> Classes:
        """What answers mean; what an operation leaves out is as for all."""

        def condition(key: str) -> Formula | None:
            text = part.text(key) or answers.text(key)
            return self._compiler.formula_in(text, _ANSWER, BOOLEAN, CONDITION)

        ok, retry, refresh, wait, partial = map(condition, _CLASSES)
        return Classes(
            ok,
            retry,
            refresh,
            wait,
            partial,
            part.span("wait_for") or answers.span("wait_for") or Classes(None).wait_for,
        )

    def error(self, part: Part, answers: Part) -> Template | None:
        """What an answer says went wrong."""
        return self._compiler.template_in(part.text("error") or answers.text("error"), _ANSWER)

    def operation(self, name: Written, part: Part, calling: Calling) -> Operation:
        """One operation."""
        used: list[str] = []
        scope = Layers({"auth": AUTH, "now": NOW, **calling.signed}, Body(), used.append)
        request = self.request(part.part("request"), scope, calling.secrets)
        recipient = self._compiler.template_in(part.text("recipient"), scope)
        return Operation(
            id=str(name),
            title=part.plain("title") or str(name),
            request=request,
            classes=self.classes(part, calling.answers),
            error=self.error(part, calling.answers),
            result=self.members(part.part("result"), "body"),
            limits=self.limits(part.part("limits"), calling.limits),
            recipient=recipient,
            check=part.plain("check"),
            parameters=tuple(dict.fromkeys(used)),
            signed_in=part.flag("signed_in", default=True),
        )

    def members(self, part: Part, root: str) -> Mapping[str, Path]:
        """Names for paths into an answer."""
        return {str(key): self._giver.path(part.text(key), root) for key in part}

    def check_references(self, written: Part) -> None:
        """Reports a `check` that names no operation."""
        for _, part in written.named("operations"):
            word = part.text("check")
            if word is not None:
                self._findings.name(word, written.part("operations"), OPERATION)

    # Signing in

    def sign_in(self, part: Part, answers: Part, secrets: frozenset[str]) -> tuple[SignIn, ...]:
        """The steps of signing in; each may use what those before it kept."""
        steps: list[SignIn] = []
        kept: frozenset[str] = frozenset()
        shown: tuple[str, ...] = ()
        for name, each in part.named("sign_in"):
            scope = Layers({"auth": AUTH, "now": NOW, "signin": Body(shown)})
            step = self._sign_in_step(name, each, scope, answers, secrets | kept)
            steps.append(step)
            kept |= frozenset(step.secrets)
            shown += tuple(step.values)
        if steps and not steps[-1].token:
            last = [name for name, _ in part.named("sign_in")][-1]
            self._findings.add(messages.TOKEN_NOWHERE, last)
        return tuple(steps)

    def _sign_in_step(self, name: Written, part: Part, scope: Layers, answers: Part, secrets: frozenset[str]) -> SignIn:
        unit = timedelta(milliseconds=1) if part.plain("unit") == "milliseconds" else timedelta(seconds=1)
        return SignIn(
            name=str(name),
            request=self.request(part.part("request"), scope, secrets),
            classes=self.classes(part, answers),
            token=self._giver.path(part.text("token"), "body"),
            secrets=self.members(part.part("secrets"), "body"),
            values=self.members(part.part("values"), "body"),
            expires_in=self._giver.path(part.text("expires_in"), "body"),
            unit=unit,
            lives=part.span("lives") or _LONG,
            optional=part.flag("optional"),
            error=self.error(part, answers),
        )


def _rates(part: Part) -> tuple[Rate, ...]:
    return tuple(Rate(count, per) for key, per in _PERIODS.items() if (count := part.whole(key)) is not None)


def _at(text: Written, position: int, said: str) -> Written:
    return Written.at(said, text.inside.moved(position), text.path)


def texts_below(value: object) -> Iterator[Written]:
    """Every text of a part, keys left out."""
    if isinstance(value, Written):
        yield value
    elif isinstance(value, (Part, tuple)):
        items = value.values.values() if isinstance(value, Part) else value
        for item in items:
            yield from texts_below(item)


def check_environment(part: Part, report: Callable[[Written], None]) -> None:
    """Tells of every variable of the environment outside `base_url` and `auth`."""
    for key, value in part.values.items():
        if key not in ("base_url", "auth"):
            for text in texts_below(value):
                if "${" in text:
                    report(text)
