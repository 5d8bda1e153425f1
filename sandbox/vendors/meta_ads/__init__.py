"""Meta Marketing API: the account, insights through report runs, lead forms and their leads.

API: https://developers.facebook.com/docs/marketing-api
"""

from __future__ import annotations

import hashlib
import hmac

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.vendors.meta_ads import errors as meta_errors
from sandbox.vendors.meta_ads.events import read_dataset, take_events
from sandbox.vendors.meta_ads.graph import asked_fields, check_account, check_version, page, values
from sandbox.vendors.meta_ads.insights import poll_report, read_campaigns, read_insights, read_report, start_report
from sandbox.vendors.meta_ads.leads import forms_of_page, leads_of, one_lead, page_of

PAGE_TOKEN = "page_token"


def read_account(call: Call) -> Answer:
    """``GET /act_{id}``."""
    check_account(call)
    pick = asked_fields(call, "meta_ads__account", default=("account_id",), always=("id",))
    [text] = call.sandbox.wire.texts(
        f"select _payload from {call.sandbox.known('meta_ads__account')} where _account = ?", [call.account]
    )
    return Answer(body=pick(text).encode())


def read_pages(call: Call) -> Answer:
    """``GET /me/accounts``: the pages of the token's owner, each with its own token."""
    check_version(call)
    login = call.login
    assert login is not None
    number = page_of(call)
    records = []
    if number:
        token = _page_token(login, number)
        call.sandbox.kept[PAGE_TOKEN, token] = login
        record = {"access_token": token, "name": f"{login.brand.capitalize()} page", "id": number}
        wanted = values(call).get("fields", "access_token,name").split(",")
        records = [{key: value for key, value in record.items() if key in (*wanted, "id")}]
    return json_answer(page(call, records, 0, has_more=False))


def read_node(call: Call) -> Answer:
    """``GET /{id}``: a report run, a dataset or a lead, whatever the id names."""
    check_version(call)
    node = call.parts["node"]
    if ("report", node) in call.sandbox.kept:
        return poll_report(call)
    if node == call.account:
        return read_dataset(call)
    return one_lead(call)


def _let_in(call: Call) -> Login:
    token = values(call).get("access_token") or call.bearer()
    if not token:
        message = "An active access token must be used to query information about the current user."
        raise Refused(meta_errors.error(400, 2500, message))
    login = _owner(call, token)
    if login is None:
        raise Refused(meta_errors.error(400, 190, "Invalid OAuth access token - Cannot parse access token"))
    app_secret = login.extra.get("app_secret", "")
    proof = values(call).get("appsecret_proof")
    if proof is None:
        message = "API calls from the server require an appsecret_proof argument"
        raise Refused(meta_errors.error(400, 100, message, kind="GraphMethodException"))
    expected = hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(proof.encode(), expected.encode()):
        message = "Invalid appsecret_proof provided in the API argument"
        raise Refused(meta_errors.error(400, 100, message, kind="GraphMethodException"))
    return login


def _owner(call: Call, token: str) -> Login | None:
    """Whose token this is; a page's own token is good for the page's account too."""
    sandbox = call.sandbox
    return sandbox.login("meta_ads", token) or sandbox.kept.get((PAGE_TOKEN, token))


def _page_token(login: Login, number: str) -> str:
    return "EAAPage" + hmac.new(login.password.encode(), number.encode(), hashlib.sha256).hexdigest()


META_ADS = Vendor(
    source="meta_ads",
    routes=(
        Route("GET", "/{version}/me/accounts", read_pages),
        Route("GET", "/{version}/act_{account}", read_account),
        Route("GET", "/{version}/act_{account}/campaigns", read_campaigns),
        Route("POST", "/{version}/act_{account}/insights", start_report),
        Route("GET", "/{version}/act_{account}/insights", read_insights),
        Route("GET", "/{version}/{node}/insights", read_report),
        Route("GET", "/{version}/{node}/leadgen_forms", forms_of_page),
        Route("GET", "/{version}/{node}/leads", leads_of),
        Route("POST", "/{version}/{node}/events", take_events),
        Route("GET", "/{version}/{node}", read_node),
    ),
    let_in=_let_in,
    rate_limited=meta_errors.rate_limited,
    server_error=meta_errors.server_error,
    expired_token=meta_errors.expired_token,
    revoked=meta_errors.revoked,
    not_found=meta_errors.not_found,
    rows_keys=frozenset({"data"}),
    # Meta counts a score per hour, not calls; this is the order of its standard access.
    documented_limits={"": Limit(9_000, 300)},
    headers=meta_errors.throttle_headers,
)
