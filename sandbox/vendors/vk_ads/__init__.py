"""VK Ads: five tokens in all, lists by offset, statistics by ids, lead forms; it retells Meta's ads and leads.

API: https://ads.vk.com/doc/api
"""

from __future__ import annotations

import secrets
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.rotating_oauth import SPENT
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import AD_DAYS, META_ACCOUNT, Told, number_of, retold

LEADS = Told("meta_ads__leads", "lead_id", "created_at", "created_at")
MOST_ON_PAGE = 50
MOST_IDS = 200
MOST_TOKENS = 5
LIFETIME = 86400.0
OURS = "vk_ads "
# An object of VK -> what Meta calls it, and the object above it.
OBJECTS = {
    "ad_plans": ("campaign_id", "campaign_name", "", ""),
    "ad_groups": ("adset_id", "adset_name", "ad_plan_id", "campaign_id"),
    "banners": ("ad_id", "ad_name", "ad_group_id", "adset_id"),
}

Record = dict[str, Any]


def vk_id(meta_id: Any) -> int:
    """VK's number of an object of Meta's."""
    return number_of(f"vk {meta_id}") % 10**9


def _token(call: Call) -> Answer:
    """One of five tokens, or the same one with another value."""
    asked = call.form
    for login in call.sandbox.logins:
        if login.source == "vk_ads" and (login.name, login.password) == (
            asked.get("client_id"),
            asked.get("client_secret"),
        ):
            return _granted(call, login)
    return _error_flat(401, "invalid_client", "Client authentication failed")


def _granted(call: Call, login: Login) -> Answer:
    with call.sandbox.lock:
        kept = call.sandbox.kept
        if call.form.get("grant_type") == "refresh_token":
            name = ("vk_ads_refresh", call.form.get("refresh_token", ""))
            if name not in kept:
                return _error_flat(401, "invalid_token", "Unknown refresh token")
            # The value before dies at once.
            kept.pop(("vk_ads_access", kept[name]), None)
            refresh = name[1]
        else:
            if sum(key[0] == SPENT and key[1].startswith(OURS) for key in kept) >= MOST_TOKENS:
                return json_answer({"error": "token_limit_exceeded", "error_description": "Token limit reached"}, 403)
            refresh = secrets.token_urlsafe(24)
            kept[SPENT, f"{OURS}{refresh}"] = True
        access = secrets.token_urlsafe(24)
        kept["vk_ads_refresh", refresh] = access
        kept["vk_ads_access", access] = (login, time.monotonic() + LIFETIME)
    return json_answer(
        # A number as a text, as VK writes it now and then.
        {"access_token": access, "token_type": "bearer", "scope": "read_ads", "expires_in": "86400",
         "refresh_token": refresh}
    )  # fmt: skip


def _user(call: Call) -> Answer:
    (one,) = retold(call, META_ACCOUNT)[-1:]
    return json_answer(
        {"id": vk_id(call.account), "username": call.account, "currency": one.payload.get("currency"),
         "status": "active", "types": ["advert"]}
    )  # fmt: skip


def _objects(call: Call) -> Answer:
    own, name, above, above_own = OBJECTS[call.path.rpartition("/")[2].removesuffix(".json")]
    fields = set(call.query.get("fields", "id,name").split(","))
    if unknown := fields - {"id", "name", above}:
        raise Refused(_error(400, "validation_failed", f"unknown fields {', '.join(sorted(unknown))}"))
    found: dict[int, Record] = {}
    for one in retold(call, AD_DAYS):
        its_id = vk_id(one.payload[own])
        found[its_id] = {"id": its_id, "name": one.payload.get(name)}
        if above:
            found[its_id][above] = vk_id(one.payload[above_own])
    # What was deleted is told to whoever asks for it.
    is_whole = "deleted" in call.query.get("_status__in", "active")
    kept = [found[key] for key in sorted(found) if is_whole or key % 5]
    return _page(call, [{field: one[field] for field in fields if field in one} for one in kept])


def _days(call: Call) -> Answer:
    ids = [one for one in call.query.get("id", "").split(",") if one]
    first, last = _day(call, "date_from"), _day(call, "date_to")
    if not ids or call.query.get("metrics", "base") != "base":
        raise Refused(_error(400, "ERR_WRONG_PARAMETER", "id is required, and the sandbox has metrics=base only"))
    if len(ids) > MOST_IDS:
        raise Refused(_error(400, "ERR_LIMIT_EXCEEDED", f"{MOST_IDS} ids at most"))
    rows: dict[str, list[Record]] = {one: [] for one in ids}
    for one in retold(call, AD_DAYS, first, last + timedelta(days=1)):
        name = str(vk_id(one.payload["ad_id"]))
        if name in rows:
            rows[name].append({"date": str(one.day), "base": _base(one.payload)})
    return json_answer({"items": [{"id": int(name), "rows": told, "total": {}} for name, told in rows.items()]})


def _base(payload: Record) -> Record:
    leads = [int(one["value"]) for one in payload.get("actions") or [] if one["action_type"] == "lead"]
    return {
        "shows": int(payload.get("impressions") or 0),
        "clicks": int(payload.get("inline_link_clicks") or 0),
        "spent": f"{Decimal(str(payload['spend'])):.2f}",
        "goals": 0,
        "vk": {"goals": sum(leads)},
    }


def _leads(call: Call) -> Answer:
    # Our clock is Moscow's, and the times of the answer are UTC.
    first = _moment(call, "_created_at__gte") - timedelta(hours=3)
    last = _moment(call, "_created_at__lte") - timedelta(hours=3)
    return _page(call, [_lead(one.key, one.moment, one.payload) for one in retold(call, LEADS, first, last)])


def _lead(key: str, moment: datetime, lead: Record) -> Record:
    told = {field["name"]: field["values"][0] for field in lead.get("field_data") or []}
    return {
        "id": lead_of(key),
        "form_id": str(vk_id(lead.get("form_id"))),
        "form_name": "Quote",
        "ad_plan_id": vk_id(lead.get("campaign_id")),
        "ad_group_id": vk_id(lead.get("adset_id")),
        "banner_id": vk_id(lead.get("ad_id")),
        "created_at": f"{moment:%Y-%m-%d %H:%M:%S.%f}".rstrip("0").rstrip(".") + " +0000 UTC",
        "contact_info": {
            "first_name": told.get("full_name"),
            "email": told.get("email"),
            "phone": told.get("phone_number"),
            "city": told.get("city"),
        },
        "answers": [],
    }


def lead_of(key: str) -> str:
    """VK's number of a lead of Meta's."""
    return str(vk_id(f"lead {key}"))


def _page(call: Call, records: list[Record]) -> Answer:
    limit, offset = int(call.query.get("limit", "20")), int(call.query.get("offset", "0"))
    if limit > MOST_ON_PAGE:
        raise Refused(_error(400, "validation_failed", f"limit is {MOST_ON_PAGE} at most"))
    size = min(limit, call.sandbox.settings.most_on_page)
    return json_answer({"count": len(records), "offset": offset, "items": records[offset : offset + size]})


def _day(call: Call, name: str) -> date:
    try:
        return date.fromisoformat(call.query.get(name, ""))
    except ValueError:
        raise Refused(_error(400, "ERR_WRONG_DATE", f"{name} is not a day")) from None


def _moment(call: Call, name: str) -> datetime:
    try:
        return datetime.fromisoformat(call.query.get(name, ""))
    except ValueError:
        raise Refused(_error(400, "validation_failed", f"{name} is not a time")) from None


def _let_in(call: Call) -> Login:
    login, until = call.sandbox.kept.get(("vk_ads_access", call.bearer()), (None, 0.0))
    if login is None:
        raise Refused(_error_flat(401, "invalid_token", "Unknown access token"))
    if time.monotonic() >= until:
        raise Refused(_expired(call))
    found: Login = login
    return found


def _expired(call: Call) -> Answer:
    return _error_flat(401, "expired_token", "Access token is expired")


def _error(status: int, code: str, message: str) -> Answer:
    return json_answer({"error": {"code": code, "message": message}}, status)


def _error_flat(status: int, code: str, message: str) -> Answer:
    return json_answer({"code": code, "message": message}, status)


VK_ADS = Vendor(
    source="vk_ads",
    accounts={"nordhaus": "nordhaus-vk"},
    routes=(
        Route("POST", "/api/v2/oauth2/token.json", _token, is_public=True),
        Route("GET", "/api/v2/user.json", _user),
        Route("GET", "/api/v2/statistics/banners/day.json", _days),
        Route("GET", "/api/v1/lead_ads/leads.json", _leads),
        *(Route("GET", f"/api/v2/{name}.json", _objects) for name in OBJECTS),
    ),
    let_in=_let_in,
    rate_limited=lambda call, wait: _error(429, "too_many_requests", "Too many requests"),
    server_error=lambda call: _error(500, "ERR_INTERNAL", "Internal error"),
    expired_token=_expired,
    revoked=lambda call: _error_flat(401, "revoked_token", "Access token is revoked"),
    not_found=lambda call: _error(404, "ERR_WRONG_RESOURCE", "There is no such resource"),
    rows_keys=frozenset({"items"}),
    documented_limits={"": Limit(10, 1)},
)
