"""Yandex Metrica: orders of a CRM, which Direct can optimise on. The same id with another status corrects.

API: https://yandex.com/dev/metrika/en/data-import/simple-orders-data. Offline conversions, the older way, know no key:
a repetition would count twice and nothing could be taken back, so orders are sent instead.
"""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from pyrate_limiter import Duration, Rate

from activations.batches import Refused, Taken, deliver_whole
from activations.destinations.yandex_metrica.later import later
from activations.hashing import digits, md5, plain_email
from activations.model import Destination, Job, Outcome, Telling
from extractors.errors import FixSettings, SourceChanged
from extractors.http.answers import Answer, part, parts
from extractors.http.auth import StaticHeader
from extractors.http.client import HttpClient
from extractors.model import Connection
from handwritten.activations import Told

COUNTER = "/management/v1/counter/{counter}"
ORDERS = "/cdp/api/v1/counter/{counter}/data/simple_orders"
STATUSES = ("IN_PROGRESS", "PAID")
TAKEN_BACK, SPAM = "CANCELLED", "SPAM"
"""Neither counts for a goal; Metrica's reports tell them apart."""
CLIENT_ID = re.compile(r"[0-9]{10,20}")
BAD_FILE = "invalid_uploading"
"""One line of the file is wrong; what it says beside that quotes the line."""
COLUMNS = (
    "id", "create_date_time", "client_ids", "emails_md5", "phones_md5", "order_status", "revenue", "cost", "currency"
)  # fmt: skip


def deliver(client: HttpClient, job: Job, tellings: Sequence[Telling]) -> Iterator[list[Outcome]]:
    """Files of orders; a file that does not pass its validation is halved."""
    counter = job.told.account
    zone = _zone(client.get(COUNTER.format(counter=counter)), counter)

    def ask(rows: Sequence[Telling]) -> Taken | Refused:
        raw, kind = _file([_order(one, zone) for one in rows])
        answer = client.submit(
            ORDERS.format(counter=counter),
            raw=raw,
            params={"merge_mode": "SAVE", "delimiter_type": "COMMA"},
            headers={"Content-Type": kind},
            is_read=_is_read,
        )
        uploading = part(answer.body, "uploading")
        status, read = uploading.get("api_validation_status"), uploading.get("elements_count", len(rows))
        if status == "PASSED" and read == len(rows):
            return Taken(str(uploading.get("uploading_id") or ""))
        if status == "PASSED":
            # Which of them it passed over it does not say. What it has is the same when it comes again.
            return Refused(f"{read} of {len(rows)} orders were read")
        if status not in ("FAILED", None):
            raise SourceChanged(f"yandex_metrica: a file of orders has the status {status!r}.")
        return Refused(f"validation {status or BAD_FILE}")

    yield from deliver_whole(tellings, ask)


def ready(client: HttpClient, job: Job) -> Iterator[str]:
    """The counter must open, with a zone that is known; and an order has a status of Metrica's."""
    _zone(client.get(COUNTER.format(counter=job.told.account)), job.told.account)
    for told_as in dict.fromkeys(one.told_as for one in job.told.tells):
        if told_as not in STATUSES:
            yield f"an order is {' or '.join(STATUSES)}, and not {told_as!r}: correct 'as' in activations.yml"


def _is_read(answer: Answer) -> bool:
    if answer.status == 400:
        return any(one.get("error_type") == BAD_FILE for one in parts(answer.body, "errors"))
    return answer.status == 200 and "api_validation_status" in part(answer.body, "uploading")


def _zone(answer: object, counter: str) -> ZoneInfo:
    """The counter's own zone: the moment of an order is written in it, and cannot be changed later."""
    name = part(answer, "counter").get("time_zone_name")
    try:
        return ZoneInfo(str(name))
    except (ValueError, KeyError, OSError):
        raise SourceChanged(f"yandex_metrica: the counter {counter} is in the time zone {name!r}.") from None


def _order(one: Telling, zone: ZoneInfo) -> Mapping[str, str]:
    if one.told_as not in STATUSES:
        raise FixSettings(
            f"yandex_metrica: an order is {' or '.join(STATUSES)}, and not {one.told_as!r}: correct 'as' in "
            "activations.yml."
        )
    is_back = one.action == "retract"
    email, phone = plain_email(one.email), digits(one.phone)
    contact = {"emails_md5": md5(email) if email else "", "phones_md5": md5(phone) if phone else ""}
    return {
        "id": f"{one.milestone}:{one.conversion_id}",
        "create_date_time": f"{one.happened_at.astimezone(zone):%d.%m.%Y %H:%M:%S}",
        "order_status": (SPAM if one.is_spam else TAKEN_BACK) if is_back else one.told_as,
        "revenue": "0" if is_back else "" if one.value is None else f"{one.value:.2f}",
        "currency": one.currency or "",
        # A device says who it was: then no contact has to leave.
        **({"client_ids": one.device_id or ""} if _is_known_by_device(one, contact) else contact),
    }


def _is_known_by_device(one: Telling, contact: Mapping[str, str]) -> bool:
    """One id that cannot be a ClientID would refuse the whole file; it goes where there is nothing else."""
    return bool(one.device_id) and (bool(CLIENT_ID.fullmatch(str(one.device_id))) or not any(contact.values()))


def _file(orders: Sequence[Mapping[str, str]]) -> tuple[bytes, str]:
    """A form with the file in it, and its content type."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(orders)
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="orders.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    return f"{head}{text.getvalue()}\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def connect(connection: Connection, told: Told) -> HttpClient:
    """A client that carries the OAuth token."""
    return HttpClient(
        connection.base_url,
        name=f"yandex_orders/{told.account}",
        auth=StaticHeader("Authorization", "OAuth {}", connection.password),
        rates=(Rate(10, Duration.SECOND),),
        secrets=connection.secrets(),
    )


YANDEX_METRICA = Destination(
    name="yandex_metrica",
    base_url="https://api-metrika.yandex.net",
    connect=connect,
    deliver=deliver,
    correction="cancel",
    normaliser="yandex-1",
    batch=1_000,
    docs="https://yandex.com/dev/metrika/en/data-import/simple-orders-data",
    settings={"password": "oauth.yandex.ru: token of an application with metrika:read and metrika:offline_data"},
    # A file takes up to two hours, and a newer one may be done before an older one.
    correction_hours=2,
    event_margin=timedelta(hours=2),
    correction_days=111,
    ready=ready,
    later=later,
    later_after=timedelta(hours=2),
)
