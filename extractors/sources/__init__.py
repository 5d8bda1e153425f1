"""The list of sources. What runs is what stands here."""

from __future__ import annotations

from extractors.model import Source
from extractors.sources.amocrm import AMOCRM
from extractors.sources.bitrix24 import BITRIX24
from extractors.sources.callrail import CALLRAIL
from extractors.sources.ecb import ECB
from extractors.sources.google_ads import GOOGLE_ADS
from extractors.sources.hubspot import HUBSPOT
from extractors.sources.linkedin_ads import LINKEDIN_ADS
from extractors.sources.manual import MANUAL
from extractors.sources.matomo import MATOMO
from extractors.sources.meta_ads import META_ADS
from extractors.sources.microsoft_ads import MICROSOFT_ADS
from extractors.sources.pipedrive import PIPEDRIVE
from extractors.sources.pixel import PIXEL
from extractors.sources.salesforce import SALESFORCE
from extractors.sources.typeform import TYPEFORM
from extractors.sources.webhook import WEBHOOK

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        GOOGLE_ADS,
        META_ADS,
        MICROSOFT_ADS,
        LINKEDIN_ADS,
        CALLRAIL,
        TYPEFORM,
        WEBHOOK,
        PIXEL,
        MATOMO,
        HUBSPOT,
        PIPEDRIVE,
        AMOCRM,
        BITRIX24,
        SALESFORCE,
        ECB,
        MANUAL,
    )
}
