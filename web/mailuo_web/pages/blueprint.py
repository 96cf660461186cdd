"""The blueprint to which all pages belong."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
