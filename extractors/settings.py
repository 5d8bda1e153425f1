"""Where things are and which accounts there are: the only reader of the environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from extractors.errors import FixSettings
from extractors.model import Account, Connection, Source
from handwritten.plain_yaml import NotYaml, load
from handwritten.words import did_you_mean

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
KNOWN_KEYS = {"source", "account", "brand", "connection", "options"}
LANDED = ("kept", "left_out")
"""What becomes of the rows of an account that is listed no more."""
PROJECT = Path(__file__).resolve().parent.parent


def home() -> Path:
    """The checkout that this code lies in; the current folder where it was installed without one."""
    return PROJECT if (PROJECT / "pyproject.toml").is_file() else Path.cwd()


def data_dir() -> Path:
    """The data folder: landing zone, builds, warehouse. Absolute, so that a message says which one it is."""
    return Path(os.environ.get("LEADGEN_DATA") or home() / "data").resolve()


def config_dir() -> Path:
    """The configuration folder: ``accounts.yml`` and the rule files."""
    return Path(os.environ.get("LEADGEN_CONFIG") or home() / "config").resolve()


def erasures_file() -> Path:
    """Who was forgotten, by keyed hashes."""
    return config_dir() / "erasures.csv"


def hash_key() -> str:
    """The key of every hash of a contact; empty where there is none."""
    return os.environ.get("LEADGEN_HASH_KEY", "")


def example_file() -> Path:
    """An ``accounts.yml`` with every source; an installation without a checkout has it beside this file."""
    in_checkout = PROJECT / "config" / "accounts.example.yml"
    return in_checkout if in_checkout.exists() else Path(__file__).with_name(in_checkout.name)


def landing_dir() -> Path:
    """The landing zone."""
    return data_dir() / "landing"


def limits_dir() -> Path:
    """Where the processes of this machine count their requests together."""
    return landing_dir() / "_limits"


def state_dir() -> Path:
    """What must survive a killed task: the ids of reports that a vendor is still making."""
    return landing_dir() / "_state"


def tokens_dir() -> Path:
    """Where refresh tokens are kept that change at each use: outside the landing zone, for they are secrets."""
    return data_dir() / "tokens"


def rejects_dir() -> Path:
    """Where the rejected rows of files lie, to be corrected and dropped again."""
    return data_dir() / "rejects"


def spool_dir() -> Path:
    """What was received and is not all landed yet."""
    return data_dir() / "spool"


def load_accounts(known: Mapping[str, Source]) -> list[Account]:
    """The accounts of ``accounts.yml``, each of a source that is known; what is wrong is said with its place."""
    file = config_dir() / "accounts.yml"
    content = _accounts_file(file)
    entries = content.get("accounts") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise FixSettings(f"{file}: there is no list 'accounts'. See {example_file()}.")
    accounts = [_account(file, number, entry, known) for number, entry in enumerate(entries, start=1)]
    listed: set[tuple[str, str]] = set()
    for account in accounts:
        key = (account.source, account.account)
        if key in listed:
            raise FixSettings(f"{file}: {account.source} account {account.account} is listed twice. Remove one.")
        listed.add(key)
    _refuse_shared_folders(file, [account for account in accounts if known[account.source].kind == "manual"])
    return accounts


def _refuse_shared_folders(file: Path, accounts: list[Account]) -> None:
    """Each row of a folder would be landed once for each account, and all of its money counted so often."""
    folders: dict[Path, str] = {}
    for account in accounts:
        named = account.options.get("folder")
        folder = home() / Path(str(named)).expanduser() if named else data_dir() / "manual"
        other = folders.setdefault(folder.resolve(), account.account)
        if other != account.account:
            raise FixSettings(
                f"{file}: the {account.source} accounts {other} and {account.account} read the same folder {folder}. "
                "Give each a 'folder' of its own in its options, or list one of them."
            )


def load_former_accounts(known: Mapping[str, Source]) -> dict[tuple[str, str], str]:
    """The accounts that are no longer read, by source and account: whether what is landed of them stays in use."""
    listed = {(account.source, account.account) for account in load_accounts(known)}
    file = config_dir() / "accounts.yml"
    content = _accounts_file(file)
    former: dict[tuple[str, str], str] = {}
    entries = content.get("former_accounts") or []
    if not isinstance(entries, list):
        raise FixSettings(f"{file}: 'former_accounts' must be a list. See {example_file()}.")
    for number, entry in enumerate(entries, start=1):
        where = f"{file}, former account {number}"
        if not isinstance(entry, dict) or set(entry) != {"source", "account", "landed"}:
            raise FixSettings(f"{where}: it must have 'source', 'account' and 'landed', and nothing else.")
        if entry["source"] not in known:
            raise FixSettings(f"{where}: there is no source {entry['source']!r}; there are {sorted(known)}.")
        if entry["landed"] not in LANDED:
            raise FixSettings(f"{where}: 'landed' must be one of {', '.join(LANDED)}.")
        former[str(entry["source"]), str(entry["account"])] = entry["landed"]
    if both := sorted(set(former) & listed):
        raise FixSettings(f"{file}: {' account '.join(both[0])} is among the accounts and the former ones. Remove one.")
    return former


def _accounts_file(file: Path) -> Any:
    """What accounts.yml holds."""
    try:
        return load(file.read_text(encoding="utf-8-sig"), words_are_booleans=True) or {}
    except FileNotFoundError:
        raise FixSettings(
            f"{file} does not exist. Begin it with a copy of {example_file()}, or set LEADGEN_CONFIG."
        ) from None
    except OSError as error:
        raise FixSettings(f"{file} cannot be read: {error.strerror}.") from None
    except NotYaml as broken:
        line = f", line {broken.line}" if broken.line else ""
        raise FixSettings(f"{file}{line}: {broken}") from None
    except UnicodeDecodeError:
        raise FixSettings(f"{file}: this is not UTF-8. Save the file as UTF-8.") from None


def _account(file: Path, number: int, entry: Any, sources: Mapping[str, Source]) -> Account:
    where = f"{file}, account {number}"
    if not isinstance(entry, dict):
        raise FixSettings(f"{where}: it must have 'source' and 'account'. See config/accounts.example.yml.")
    unknown = sorted(set(entry) - KNOWN_KEYS)
    if unknown:
        meant = did_you_mean(str(unknown[0]), KNOWN_KEYS)
        raise FixSettings(f"{where}: {unknown} mean nothing here; known are {sorted(KNOWN_KEYS)}.{meant}")
    source = str(entry.get("source", ""))
    if source not in sources:
        raise FixSettings(
            f"{where}: there is no source {source!r}; there are {sorted(sources)}.{did_you_mean(source, sources)}"
        )
    # An account id is part of a path, so it may hold nothing that a path gives a meaning to.
    account = str(entry.get("account") or (source if sources[source].kind in ("manual", "rates") else ""))
    if not SAFE_NAME.fullmatch(account):
        raise FixSettings(
            f"{where}: 'account' must be 1 to 100 letters, digits, dots, dashes or underscores. "
            "Write a number in quotes."
        )
    brand = entry.get("brand")
    if brand is None and sources[source].kind not in ("manual", "rates"):
        raise FixSettings(f"{where}: 'brand' is missing. Whose data is it?")
    options = entry.get("options") or {}
    if not isinstance(options, dict):
        raise FixSettings(f"{where}: 'options' must be names and values.")
    return Account(
        source=source,
        account=account,
        connection=str(entry.get("connection") or f"{source}_{account}"),
        brand=None if brand is None else str(brand),
        options=options,
    )


def connection(source: Source, account: Account) -> Connection:
    """The connection of an account, from ``AIRFLOW_CONN_<NAME>`` as JSON or as an URI."""
    variable = f"AIRFLOW_CONN_{account.connection.upper()}"
    text = os.environ.get(variable, "").strip()
    if not text:
        if not source.settings or not source.needs_connection(account):
            return Connection(source.base_url)
        wanted = "; ".join(f"{name}: {where}" for name, where in source.settings.items())
        raise FixSettings(f"{source.name}, account {account.account}: {variable} is not set. It needs {wanted}.")
    try:
        found = _from_json(text, source) if text.startswith("{") else _from_uri(text, source)
        # Half a letter, as a text that was cut ends in, can be sent to nobody.
        "".join((found.login, found.password, *found.extra.values())).encode()
    except (ValueError, TypeError, AttributeError):
        # The text holds secrets, and so may the parser's message.
        raise FixSettings(f"{variable} is neither JSON nor an URI as Airflow writes connections.") from None
    try:
        _ = urlsplit(found.base_url).port
    except ValueError:
        raise FixSettings(
            f"{variable}: its host is no address that can be asked. Write it like https://host."
        ) from None
    return found


def _from_json(text: str, source: Source) -> Connection:
    parts = json.loads(text)
    extra = parts.get("extra") or {}
    extra = json.loads(extra) if isinstance(extra, str) else extra
    base = _base_url(parts.get("conn_type"), parts.get("host"), parts.get("port"), parts.get("schema"))
    return Connection(
        base_url=base or source.base_url,
        login=_text(parts.get("login")),
        password=_text(parts.get("password")),
        extra={name: str(value) for name, value in extra.items()},
    )


def _text(value: Any) -> str:
    """A login or a secret; whoever writes a number without quotes means its digits."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise TypeError
    return str(value or "")


def _from_uri(text: str, source: Source) -> Connection:
    parts = urlsplit(text)
    base = _base_url(parts.scheme, parts.hostname, parts.port, unquote(parts.path).strip("/"))
    return Connection(
        base_url=base or source.base_url,
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        extra=dict(parse_qsl(parts.query)),
    )


def _base_url(kind: str | None, host: str | None, port: int | None, path: str | None) -> str:
    """A host may be a whole address, or only the name that the other parts complete."""
    if not host:
        return ""
    host = unquote(host)
    if "://" in host:
        return host
    scheme = kind if kind in ("http", "https") else "https"
    return f"{scheme}://{host}{f':{port}' if port else ''}{f'/{path}' if path else ''}"


def own_address(connection: Connection, account: Account, example: str) -> str:
    """The address that a vendor gives each of its customers, from the connection's host."""
    if not connection.base_url:
        raise FixSettings(
            f"{account.source}, account {account.account}: the connection {account.connection} has no host. "
            f"Put your own address there, like {example}."
        )
    return connection.base_url.rstrip("/")
