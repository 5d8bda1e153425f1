"""The twelve pages of the report, in the order in which a marketer asks."""

from __future__ import annotations

from report.pages.assortment import ASSORTMENT
from report.pages.channels import CHANNELS
from report.pages.claims import CLAIMS
from report.pages.customers import CUSTOMERS
from report.pages.handling import HANDLING
from report.pages.health import HEALTH
from report.pages.identification import IDENTIFICATION
from report.pages.journeys import JOURNEYS
from report.pages.models import MODELS
from report.pages.overview import OVERVIEW
from report.pages.plan import PLAN
from report.pages.problems import PROBLEMS

PAGES = (
    OVERVIEW, CHANNELS, CLAIMS, MODELS, JOURNEYS, IDENTIFICATION, HANDLING, CUSTOMERS, ASSORTMENT, PLAN, PROBLEMS,
    HEALTH,
)  # fmt: skip
