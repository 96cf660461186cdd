"""The web application: pages and API over one `mailuo.app.Application`."""

from pathlib import Path

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from mailuo.app import Application
from mailuo_web import hooks
from mailuo_web.api import health
from mailuo_web.api.description import docs
from mailuo_web.api.site import blueprint as api
from mailuo_web.http import draining, errors, headers, hosts
from mailuo_web.http.headers import Protected
from mailuo_web.http.metrics import Metrics
from mailuo_web.pages.errors import error_page
from mailuo_web.pages.site import blueprint as pages

_STATIC = Path(__file__).resolve().parent / "static"
_YEAR_SECONDS = 31_536_000
_MEGABYTE = 1024 * 1024
LARGEST_BODY = 8 * _MEGABYTE
LARGEST_UPLOAD = 201 * _MEGABYTE
"""A file of 200 MB in its form."""
_UPLOADS = frozenset({"api.store_file", "api.import_rows", "api.import_claims"})


def create_application(application: Application) -> Flask:
    """The Flask application that serves this application's pages and API."""
    app = Protected("mailuo_web", static_folder=str(_STATIC), template_folder=str(_STATIC.parent / "templates"))
    app.extensions["mailuo"] = application
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, SEND_FILE_MAX_AGE_DEFAULT=_YEAR_SECONDS)
    _trust(app, application.settings.trusted_proxies)
    metrics = Metrics()
    app.extensions["mailuo.metrics"] = metrics
    metrics.install(app)
    errors.install(app, error_page)
    headers.install(app)
    draining.install(app)
    hosts.install(app, application.settings.base_url)
    app.before_request(_let_in)
    for blueprint in (api, docs, health.blueprint, hooks.blueprint, pages):
        app.register_blueprint(blueprint)
    return app


def _trust(app: Flask, proxies: int) -> None:
    """Believes so many proxies in front: what they say of the caller's address, scheme and host."""
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]


def _let_in() -> None:
    """Lets larger bodies in where files are brought."""
    if request.endpoint in _UPLOADS:
        request.max_content_length = LARGEST_UPLOAD
