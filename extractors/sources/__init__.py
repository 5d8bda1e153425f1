"""The list of sources. What runs is what stands here."""

from __future__ import annotations

from extractors.model import Source
from extractors.sources.amocrm import AMOCRM
from extractors.sources.bitrix24 import BITRIX24
from extractors.sources.calendly import CALENDLY
from extractors.sources.callrail import CALLRAIL
from extractors.sources.calltouch import CALLTOUCH
from extractors.sources.cbr import CBR
from extractors.sources.comagic import COMAGIC
from extractors.sources.ecb import ECB
from extractors.sources.ga4 import GA4
from extractors.sources.google_ads import GOOGLE_ADS
from extractors.sources.hubspot import HUBSPOT
from extractors.sources.jotform import JOTFORM
from extractors.sources.linkedin_ads import LINKEDIN_ADS
from extractors.sources.manual import MANUAL
from extractors.sources.matomo import MATOMO
from extractors.sources.meta_ads import META_ADS
from extractors.sources.microsoft_ads import MICROSOFT_ADS
from extractors.sources.pipedrive import PIPEDRIVE
from extractors.sources.pixel import PIXEL
from extractors.sources.salesforce import SALESFORCE
from extractors.sources.snowplow import SNOWPLOW
from extractors.sources.stripe import STRIPE
from extractors.sources.tiktok_ads import TIKTOK_ADS
from extractors.sources.typeform import TYPEFORM
from extractors.sources.vk_ads import VK_ADS
from extractors.sources.webhook import WEBHOOK
from extractors.sources.yandex_direct import YANDEX_DIRECT
from extractors.sources.yandex_metrica import YANDEX_METRICA

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        GOOGLE_ADS,
        META_ADS,
        TIKTOK_ADS,
        VK_ADS,
        YANDEX_DIRECT,
        MICROSOFT_ADS,
        LINKEDIN_ADS,
        CALLRAIL,
        CALLTOUCH,
        COMAGIC,
        TYPEFORM,
        JOTFORM,
        CALENDLY,
        WEBHOOK,
        PIXEL,
        MATOMO,
        GA4,
        YANDEX_METRICA,
        SNOWPLOW,
        HUBSPOT,
        PIPEDRIVE,
        AMOCRM,
        BITRIX24,
        SALESFORCE,
        STRIPE,
        ECB,
        CBR,
        MANUAL,
    )
}
