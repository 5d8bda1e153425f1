"""What the stand-ins of all CRMs share: bodies in JSON, and days in seconds."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from tests.extractors.sources.vendor import Reply, Request


def json_reply(body: Any, status: int = 200) -> Reply:
    """An answer in JSON."""
    return Reply(json.dumps(body).encode(), status)


def body_of(request: Request) -> Any:
    """What was sent in JSON."""
    return request.json


def seconds(moment: datetime) -> int:
    """Seconds of the clock that most vendors count by."""
    return int(moment.timestamp())
