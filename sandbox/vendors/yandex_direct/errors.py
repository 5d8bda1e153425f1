"""How Yandex Direct says no: a number, a sentence in the language that was asked for, and the detail."""

from __future__ import annotations

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.rotating_oauth import end
from sandbox.answering.vendor import Call
from sandbox.stories.retold import number_of

REPORTS = "/reports"

SENTENCES = {
    53: ("Authorization error", "Ошибка авторизации"),
    54: ("No rights", "Нет прав"),
    56: ("Request limit exceeded", "Превышен лимит запросов"),
    152: ("Not enough units", "Недостаточно баллов"),
    506: ("Connection limit exceeded", "Превышено число соединений"),
    513: ("Login is not connected", "Логин не подключен"),
    1002: ("Operation failed", "Ошибка выполнения операции"),
    4000: ("Wrong request", "Неверный запрос"),
    8000: ("Invalid request", "Некорректный запрос"),
    8312: ("Wrong date range", "Неверный период"),
    9000: ("Report queue limit", "Очередь отчетов заполнена"),
}


def error(call: Call, code: int, detail: str) -> Answer:
    """The error of a report comes with a status; other services tell theirs with status 200."""
    is_report = call.path.endswith(REPORTS)
    language = 0 if call.headers.get("accept-language", "").lower().startswith("en") else 1
    problem = {
        "request_id": request_id(call),
        # A number in one service, the same number as a text in the other.
        "error_code": str(code) if is_report else code,
        "error_string": SENTENCES[code][language],
        "error_detail": detail,
    }
    status = 200 if not is_report else 500 if code == 1002 else 400
    return json_answer({"error": problem}, status)


def refusal(call: Call, code: int, detail: str) -> Refused:
    """The same, to be raised."""
    return Refused(error(call, code, detail))


def request_id(call: Call) -> str:
    """The id of a request; the same request has the same id."""
    return str(number_of(call.text()))


def token_refusal(status: int, reason: str, description: str) -> Answer:
    """The token endpoint's way to say no."""
    return json_answer({"error": reason, "error_description": description}, status)


def rate_limited(call: Call, wait: float) -> Answer:
    """Too many requests: nothing says for how long."""
    if call.path.endswith("/token"):
        return token_refusal(429, "too_many_requests", "Try again later")
    if call.path.endswith(REPORTS):
        return error(call, 56, "20 requests in 10 seconds")
    return error(call, 506, "Too many connections at once")


def server_error(call: Call) -> Answer:
    """A fault of Yandex's own."""
    if call.path.endswith("/token"):
        return token_refusal(500, "internal_error", "Try again later")
    return error(call, 1002, "Try again later")


def expired(call: Call) -> Answer:
    """The access token is taken away; a refresh gives a new one."""
    end(call.sandbox, "yandex_direct", call.bearer())
    return error(call, 53, "The OAuth token has expired")


def revoked(call: Call) -> Answer:
    """Access was withdrawn, or the login left Direct."""
    if call.path.endswith("/token"):
        return token_refusal(400, "invalid_grant", "expired_token")
    return error(call, 513, "The login is not connected to Yandex Direct")


def not_found(call: Call) -> Answer:
    """What is at no address of the API."""
    return Answer(404, b"<html><body>Not Found</body></html>", {}, "text/html; charset=utf-8")
