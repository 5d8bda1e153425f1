"""The destinations by name."""

from __future__ import annotations

from activations.destinations.microsoft_ads import MICROSOFT_ADS
from activations.model import Destination

DESTINATIONS: dict[str, Destination] = {one.name: one for one in (MICROSOFT_ADS,)}
