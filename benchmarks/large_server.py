"""A vendor whose answers are as large as one likes: made while they are sent, kept nowhere.

``python -m benchmarks.large_server --port-file FILE --mib 1024``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FIRST_DAY, DAYS = date(2026, 3, 1), 28
ROWS_IN_BLOCK = 1_000
BLOCK = b"@@@@@@@"
"""Where a block's own number goes, so that no id comes twice."""

VISIT_COLUMNS = (
    "visitID counterID date dateTimeUTC clientID startURL endURL referer pageViews visitDuration bounce isNewUser "
    "regionCountry regionCity deviceCategory lastTrafficSource lastAdvEngine lastReferalSource lastSearchEngineRoot "
    "lastSocialNetwork lastDirectClickOrder lastDirectClickBanner lastDirectPhraseOrCond lastUTMSource lastUTMMedium "
    "lastUTMCampaign lastUTMContent lastUTMTerm lastGCLID goalsID goalsDateTime"
).split()


def google_body(size: int) -> Iterator[bytes]:
    """A stream of keyword days of at least ``size`` bytes: one JSON list of batches, days and rows mixed."""
    rows = ",".join(
        json.dumps(
            {
                "campaign": {
                    "resourceName": "customers/1112223334/campaigns/900001",
                    "id": "900001",
                    "name": "Roofing - Search",
                },
                "adGroup": {
                    "resourceName": "customers/1112223334/adGroups/700001",
                    "id": "700001",
                    "name": "Roof tiles",
                },
                "metrics": {
                    "impressions": "412",
                    "clicks": "19",
                    "costMicros": f"{37_450_000 + row}",
                    "conversions": 2.5,
                },
                "adGroupCriterion": {
                    "resourceName": f"customers/1112223334/adGroupCriteria/700001~{BLOCK.decode()}{row:03}",
                    "criterionId": f"{BLOCK.decode()}{row:03}",
                    "keyword": {"text": f"roof tiles near me {row}", "matchType": "PHRASE"},
                },
                "segments": {"date": str(_day(row)), "device": "MOBILE", "adNetworkType": "SEARCH"},
                "keywordView": {"resourceName": f"customers/1112223334/keywordViews/700001~{BLOCK.decode()}{row:03}"},
            },
            separators=(",", ":"),
        )
        for row in range(ROWS_IN_BLOCK)
    )
    block = f'{{"results":[{rows}],"fieldMask":"segments.date","requestId":"{BLOCK.decode()}"}}'.encode()
    yield b"["
    for number in range(-(-size // len(block))):
        yield (b",\n" if number else b"") + block.replace(BLOCK, b"%07d" % (number + 1_000_000))
    yield b"]"


def metrica_body(size: int) -> Iterator[bytes]:
    """A part of a log of visits of at least ``size`` bytes, as ClickHouse writes tab-separated values."""
    yield ("\t".join(f"ym:s:{name}" for name in VISIT_COLUMNS) + "\n").encode()
    block = "".join(_visit(row) for row in range(ROWS_IN_BLOCK)).encode()
    for number in range(-(-size // len(block))):
        yield block.replace(BLOCK, b"%07d" % (number + 1_000_000))


def _visit(row: int) -> str:
    day = _day(row)
    said = {
        "visitID": f"70{BLOCK.decode()}{row:03}",
        "counterID": "4400",
        "date": f"{day}",
        "dateTimeUTC": f"{day} 13:00:{row % 60:02}",
        "clientID": f"160000000{BLOCK.decode()}{row:03}",
        "startURL": f"https://nordhaus.example/roof/tiles?yclid=9001{row}&utm_source=yandex&utm_medium=cpc&utm_campaign=4001",
        "endURL": "https://nordhaus.example/thanks?from=calculator&step=4",
        "referer": "https://yandex.ru/search/?text=roof+tiles+near+me&lr=213",
        "pageViews": "3",
        "visitDuration": f"{row}",
        "bounce": "0",
        "isNewUser": "1",
        "regionCountry": "Germany",
        "regionCity": "Hamburg",
        "deviceCategory": "2",
        "lastTrafficSource": "ad",
        "lastAdvEngine": "ya_direct",
        "lastDirectClickOrder": "4001",
        "lastDirectClickBanner": "1200300",
        "lastDirectPhraseOrCond": r"roof \"quick\" repair\ttoday",
        "lastUTMSource": "yandex",
        "lastUTMMedium": "cpc",
        "lastUTMCampaign": "4001",
        "goalsID": "[111,222]",
        "goalsDateTime": rf"[\'{day} 13:01:00\',\'{day} 13:01:30\']",
    }
    return "\t".join(said.get(name, "") for name in VISIT_COLUMNS) + "\n"


def _day(row: int) -> date:
    return FIRST_DAY + timedelta(days=row % DAYS)


class Vendor(BaseHTTPRequestHandler):
    """Google's token and search stream, and Metrica's logs with one part."""

    protocol_version = "HTTP/1.1"
    size: int

    def do_POST(self) -> None:
        """Give out a token, a stream, or the state of a log."""
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if b"FROM customer_client" in asked:
            # No account lies below this one.
            self._json([])
        elif self.path.endswith(":searchStream"):
            self._stream(google_body(self.size))
        elif self.path.startswith("/token"):
            self._json({"access_token": "access", "expires_in": 3600})
        else:
            self._json({"log_request": {"request_id": 1, "status": "created"}})

    def do_GET(self) -> None:
        """Give out a part of a log, or say that there is one."""
        if self.path.endswith("/download"):
            self._stream(metrica_body(self.size))
        elif "/evaluate" in self.path:
            self._json({"log_request_evaluation": {"possible": True}})
        else:
            self._json({"log_request": {"request_id": 1, "status": "processed", "parts": [{"part_number": 0}]}})

    def _json(self, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, parts: Iterator[bytes]) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in parts:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def main() -> None:
    """Serve until interrupted; the port is written to a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--mib", type=int, default=1024, help="how large the large answers are, at least")
    options = parser.parse_args()
    Vendor.size = options.mib << 20
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    part = options.port_file.with_suffix(".part")
    part.write_text(str(server.server_address[1]))
    part.replace(options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
