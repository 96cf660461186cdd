"""Numbers of this process and its store, in the text format of Prometheus."""

from dataclasses import asdict
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from mailuo.app import Application, Figures
from mailuo.automations.counting import Lately
from mailuo.records import StoreAway

_SECONDS = (0.005, 0.015, 0.05, 0.15, 0.5, 1.5, 5.0, 15.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those that are counted by name: callers may invent others without end."""
_SKIPPED = frozenset({"recompute"})


class Metrics:
    """What was counted since the process began, and what the store says when it is asked."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("endpoint", "method", "status")
        self._requests = Counter("mailuo_requests", "Requests answered", labels, registry=self._registry)
        self._seconds = Histogram(
            "mailuo_request_seconds", "Time to the answer", ("endpoint",), buckets=_SECONDS, registry=self._registry
        )
        self._up = Gauge("mailuo_store_up", "Whether the store answers", registry=self._registry)
        self._figures = {
            name: Gauge(f"mailuo_{name}", f"{name.replace('_', ' ')} of the store", registry=self._registry)
            for name in Figures.__slots__
            if name not in _SKIPPED
        }
        span = ("connector", "window")
        self._asked = Gauge("mailuo_connector_attempts", "Requests to an outside system of late", span, registry=self._registry)
        self._failed = Gauge("mailuo_connector_failed", "Those of them that failed", span, registry=self._registry)
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._left = Gauge("mailuo_recompute_left", "Records to be computed anew", registry=self._registry)

    def install(self, app: Flask) -> None:
        """Counts every answer of the app."""
        app.before_request(_begin)
        app.after_request(self._count)

    def text(self, application: Application) -> bytes:
        """Everything, as Prometheus reads it."""
        try:
            self._look(application.health.figures())
            self._look_outside(application.outside.console.lately())
            self._up.set(1)
        except StoreAway:
            self._up.set(0)
        return generate_latest(self._registry)

    def _look(self, figures: Figures) -> None:
        for name, gauge in self._figures.items():
            gauge.set(getattr(figures, name))
        told = asdict(figures.recompute)
        self._left.set(0 if figures.recomputed else max(0, (told["total"] or 0) - told["done"]))

    def _look_outside(self, counted: list[Lately]) -> None:
        self._asked.clear()
        self._failed.clear()
        for each in counted:
            self._asked.labels(each.connector, each.window).set(each.attempts)
            self._failed.labels(each.connector, each.window).set(each.failed)

    def _count(self, response: Response) -> Response:
        method = request.method if request.method in _METHODS else "other"
        kind = request.endpoint or "none", method, response.status_code
        counted = self._counted.get(kind)
        if counted is None:
            counted = self._counted[kind] = self._requests.labels(*kind), self._seconds.labels(kind[0])
        counted[0].inc()
        begun = g.get("begun")
        if begun is not None:
            counted[1].observe(perf_counter() - begun)
        return response


def _begin() -> None:
    g.begun = perf_counter()
