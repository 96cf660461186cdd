"""Streams of events: what happens, told to every open page as it may know it."""

from mailuo.automations.streams.hub import MOST_STREAMS, Full, Hub, Stream
from mailuo.automations.streams.sight import Heard

__all__ = ["MOST_STREAMS", "Full", "Heard", "Hub", "Stream"]
