"""The destinations by name."""

from __future__ import annotations

from activations.destinations.google_ads import GOOGLE_ADS
from activations.destinations.linkedin_ads import LINKEDIN_ADS
from activations.destinations.meta_ads import META_ADS
from activations.destinations.microsoft_ads import MICROSOFT_ADS
from activations.destinations.tiktok_ads import TIKTOK_ADS
from activations.destinations.yandex_metrica import YANDEX_METRICA
from activations.model import Destination

DESTINATIONS: dict[str, Destination] = {
    one.name: one for one in (GOOGLE_ADS, META_ADS, MICROSOFT_ADS, YANDEX_METRICA, LINKEDIN_ADS, TIKTOK_ADS)
}
"""The rule file ``activation_destinations.csv`` says of the same ones what they take."""
