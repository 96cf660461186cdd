"""Schemes: by which way of signing a connector goes. A vendor's is one of a list; a declared one is made of parts."""

from mailuo.connectors.signing import BY_NAME, Signer
from mailuo.connectors.signing.declared import DECLARED, Declared
from mailuo.connectors.signing.standard import StandardWebhook
from mailuo.metadata.connector import Connector


def signer_of(connector: Connector, scheme: str | None) -> Signer | None:
    """The way of signing that a word names; None for none."""
    if scheme == DECLARED:
        auth = connector.auth
        return Declared(auth.sign, auth.verify) if auth is not None else None
    return BY_NAME.get(scheme or "")


def signs(connector: Connector) -> Signer | None:
    """The way in which the connector's calls are signed; None where nothing is."""
    return signer_of(connector, connector.auth.scheme) if connector.auth is not None else None


def gone_at(connector: Connector) -> int | None:
    """The status by which the connector's endpoint says that it takes nothing any more; None where no status says so."""
    signer = signs(connector)
    return signer.gone if isinstance(signer, StandardWebhook) else None
