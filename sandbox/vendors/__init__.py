"""The vendors of the sandbox, each served under its name in its own wire format."""

from __future__ import annotations

from sandbox.answering.vendor import Vendor
from sandbox.vendors.amocrm import AMOCRM
from sandbox.vendors.bitrix24 import BITRIX24
from sandbox.vendors.calendly import CALENDLY
from sandbox.vendors.callrail import CALLRAIL
from sandbox.vendors.calltouch import CALLTOUCH
from sandbox.vendors.cbr import CBR
from sandbox.vendors.comagic import COMAGIC
from sandbox.vendors.ecb import ECB
from sandbox.vendors.ga4 import GA4
from sandbox.vendors.google_ads import GOOGLE_ADS
from sandbox.vendors.hubspot import HUBSPOT
from sandbox.vendors.jotform import JOTFORM
from sandbox.vendors.linkedin_ads import LINKEDIN_ADS
from sandbox.vendors.matomo import MATOMO
from sandbox.vendors.meta_ads import META_ADS
from sandbox.vendors.microsoft_ads import MICROSOFT_ADS
from sandbox.vendors.pipedrive import PIPEDRIVE
from sandbox.vendors.salesforce import SALESFORCE
from sandbox.vendors.stripe import STRIPE
from sandbox.vendors.tiktok_ads import TIKTOK_ADS
from sandbox.vendors.typeform import TYPEFORM
from sandbox.vendors.vk_ads import VK_ADS
from sandbox.vendors.yandex_direct import YANDEX_DIRECT
from sandbox.vendors.yandex_metrica import YANDEX_METRICA

VENDORS: dict[str, Vendor] = {
    vendor.source: vendor
    for vendor in (
        GOOGLE_ADS,
        META_ADS,
        CALLRAIL,
        TYPEFORM,
        HUBSPOT,
        MATOMO,
        ECB,
        CBR,
        PIPEDRIVE,
        AMOCRM,
        BITRIX24,
        SALESFORCE,
        JOTFORM,
        CALENDLY,
        CALLTOUCH,
        COMAGIC,
        GA4,
        YANDEX_METRICA,
        STRIPE,
        TIKTOK_ADS,
        VK_ADS,
        LINKEDIN_ADS,
        YANDEX_DIRECT,
        MICROSOFT_ADS,
    )
}
