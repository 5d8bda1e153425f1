"""What Salesforce's errors mean, and how much of an organisation's requests may be used before others miss them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.http.answers import Answer, Verdict, vendor_said

ESSENTIAL = ("Opportunity", "Contact")
USED = re.compile(r"api-usage=(\d+)/(\d+)", re.ASCII)


@dataclass(frozen=True)
class Rules:
    """Salesforce's own rules: errors come as a list, and the code decides."""

    share: int
    """Percent of the requests of 24 hours, everybody's together, at which nothing more is asked."""

    def classify(self, answer: Answer) -> Verdict | None:
        """What is to be done about an answer."""
        if answer.status < 300:
            return self._used_up(answer.headers.get("Sforce-Limit-Info", ""))
        first = answer.body[0] if isinstance(answer.body, list) and answer.body else {}
        code = str(first.get("errorCode") or "") if isinstance(first, dict) else ""
        said = str(first.get("message") or "") if isinstance(first, dict) else ""
        told = ": ".join(filter(None, (code, vendor_said(said)))) or "no code given"
        if code == "REQUEST_LIMIT_EXCEEDED":
            if "concurrent" in said.lower():
                return Verdict("wait", "too many long requests at once", after=10)
            return Verdict("defer", "the organisation's requests of 24 hours are used up")
        if code == "INVALID_SESSION_ID" or (answer.status == 401 and not code):
            return Verdict("refresh_auth", "the session has ended")
        if code in ("QUERY_TIMEOUT", "OPERATION_TOO_LARGE"):
            return Verdict("shrink", f"the query takes too long ({code})")
        # Some edges do not know a cursor of another one at all.
        if code == "INVALID_QUERY_LOCATOR" or (answer.status == 404 and re.search(r"/query(All)?/", answer.url)):
            return Verdict("restart", "the cursor is no longer valid")
        if code == "UNABLE_TO_LOCK_ROW" or answer.status in (406, 420):
            return Verdict("transient", f"Salesforce is busy ({code or answer.status})")
        if code == "INVALID_FIELD":
            return Verdict("fix_settings", f"a field is missing or hidden ({_missing_field(said) or 'no name given'})")
        # A description of what is hidden or missing is not found; a query for it is of no type.
        described = re.search(r"/sobjects/(\w+)/describe", answer.url)
        if code == "INVALID_TYPE" or (code == "NOT_FOUND" and described):
            named = described[1] if described else "object"
            hidden = f"the organisation has no {named}, or the user may not read it"
            # Without these there are no deals and no people: it is the user's rights that are wrong.
            return Verdict("fix_settings" if named in ESSENTIAL else "skip", hidden)
        if 400 <= answer.status < 500 and answer.status not in (408, 429):
            return Verdict("fix_settings", f"Salesforce refused the request ({told})")
        return None

    def _used_up(self, usage: str) -> Verdict | None:
        """Who uses the last request locks out the organisation's other programs."""
        found = USED.search(usage)
        if not found or not int(found[2]) or 100 * int(found[1]) < self.share * int(found[2]):
            return None
        said = f"{found[1]} of the organisation's {found[2]} requests of 24 hours are used"
        return Verdict("defer", f"{said}, and the rest is left to others above {self.share} % (most_of_requests)")


def _missing_field(message: str) -> str | None:
    named = re.search(r"No such column '([A-Za-z0-9_.]+)'", message)
    return named[1] if named else None
