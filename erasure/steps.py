"""Erases, step by step: each can be done again, so an erasure that was killed anywhere is finished by the next one.

What platforms know by a contact alone is taken back while the contact is there. Then the list: from then on no pull
brings the person back. Then the landing zone and the spool, then a build of
what is landed now, and when readers see it everything that was built before goes. At the end every byte is searched.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from activations.destination_list import DESTINATIONS
from activations.forgetting import InLedgers, forget_told
from activations.sending import Connect, connection_from_environment
from activations.withdrawing import take_back_by_contact
from erasure.certificate import Certificate, certificates, keep_conversions, now
from erasure.discover import Asked, discover
from erasure.errors import LeftOver, NoKey, NotFound
from erasure.everywhere import search_everywhere
from erasure.leftovers import look_everywhere, purge_builds, still_open
from erasure.patterns import patterns_of
from erasure.person import Person
from erasure.search import Searched
from erasure.totals import different, totals_of
from extractors.landing.erasing import Rewritten, forget_landed
from extractors.landing.turns import landing_held
from extractors.receiver.erased_posts import forget_posts, is_listed
from extractors.settings import erasures_file, hash_key, landing_dir, rejects_dir, spool_dir
from extractors.sources import SOURCES
from forgotten.listed import ForgottenList, Listed, add_to_list, read_list
from handwritten.activations import read_activations
from report.write import write_report
from warehouse import build as phases
from warehouse import settings
from warehouse.lock import locked
from warehouse.publish import generations, postgres
from warehouse.run import BuildRun, die_if_asked

STEPS = (
    "withdraw",
    "list",
    "remembered",
    "landing",
    "spool",
    "rejects",
    "ledgers",
    "build",
    "purge",
    "search",
    "certificate",
)
"""Before each of them the process may die."""

MOST_SAID = 5
Told = Callable[[str, float], None]
Patterns = dict[bytes, str]


def preview(asked: Asked) -> tuple[list[Person], list[Rewritten], int, InLedgers, Searched, Patterns]:
    """Everybody who is meant, and where they are: landed rows, posts, lines of ledgers, files. Nothing is changed."""
    people = _people(asked)
    listed = _listed_only(people)
    patterns = _patterns(asked, people)
    landed = forget_landed(landing_dir(), SOURCES.values(), listed, dry=True)
    posts = forget_posts(spool_dir(), listed, dry=True)
    told = forget_in_ledgers(listed, dry=True)
    return people, landed, posts, told, search_everywhere(patterns), patterns


def forget(
    asked: Asked, told: Told = lambda step, seconds: None, connect: Connect = connection_from_environment
) -> Certificate:
    """Erase everybody who is meant; returns the certificate. Raises ``LeftOver`` where something was found."""
    if not hash_key():
        raise NoKey("The list of who was forgotten is made of keyed hashes. Set LEADGEN_HASH_KEY, and keep it.")
    settings.build_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(settings.build_dir(), "An erasure"):
        begun = [one for one in certificates() if not one.finished_at]
        if not asked and not begun:
            raise NotFound(
                "Nobody is named, and no erasure is unfinished. Name somebody by --email, --phone or --person."
            )
        people = _people_of(asked, is_begun=bool(begun))
        done = begun[-1] if begun else Certificate(f"{datetime.now(UTC):%Y%m%dT%H%M%S}", now())
        done.people += len(people)
        done.records = dict(Counter(done.records) + Counter(_records(people)))
        _carry_out(done, people, _patterns(asked, people), told, connect)
        for other in begun[:-1]:
            other.finished_at = done.finished_at
            other.keep()
    return done


def verify(asked: Asked) -> tuple[Searched, Patterns, list[Rewritten], InLedgers]:
    """Search for somebody who was forgotten, in every byte and by the list."""
    listed = read_list(erasures_file(), hash_key())
    people = known_people(asked)
    patterns = _patterns(asked, people)
    landed = forget_landed(landing_dir(), SOURCES.values(), listed, dry=True)
    return search_everywhere(patterns), patterns, landed, forget_in_ledgers(listed, dry=True)


def forget_in_ledgers(listed: ForgottenList, *, dry: bool = False) -> InLedgers:
    """Take out of the ledgers of the ad platforms who is listed; what a withdrawal needs stays until it is answered."""
    told = read_activations(settings.config_dir(), DESTINATIONS)
    return forget_told(told, lambda one: bool(listed.about("id", one)), datetime.now(UTC), dry=dry)


def _people_of(asked: Asked, *, is_begun: bool) -> list[Person]:
    """Who is meant. An erasure that was killed in its build may have left no build to find anybody in: the list has
    them already."""
    try:
        return _people(asked) if asked else []
    except NotFound:
        if not is_begun:
            raise
        return []


def _people(asked: Asked) -> list[Person]:
    people = known_people(asked)
    if not people:
        raise NotFound("Nobody is known by that. Nothing was changed.")
    return people


def known_people(asked: Asked) -> list[Person]:
    """Who is meant, with the tokens that the list has for them; nobody where nobody is named or known."""
    if not asked:
        return []
    listed, people = read_list(erasures_file(), hash_key()), discover(asked)
    for person in people:
        person.follow(listed)
    return people


def _patterns(asked: Asked, people: list[Person]) -> Patterns:
    values = {value for person in people for value in person.values}
    values |= {("email", one) for one in asked.emails} | {("phone", one) for one in asked.phones}
    return patterns_of(values)


def _records(people: list[Person]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for person in people:
        counted.update(person.records)
    return dict(counted)


def _lines(people: list[Person], erasure: str) -> list[Listed]:
    today = datetime.now(UTC).date()
    return [line for person in people for line in person.listed(erasure, today, hash_key())]


def _listed_only(people: list[Person]) -> ForgottenList:
    key = hash_key() or "nobody"
    today = datetime.now(UTC).date()
    return ForgottenList(key, [line for person in people for line in person.listed("preview", today, key)])


def _carry_out(done: Certificate, people: list[Person], patterns: Patterns, told: Told, connect: Connect) -> None:
    served = generations.served()
    before = totals_of(served.warehouse) if served else {}

    with _step("withdraw", done, told):
        _take_back(done, people, connect)
    with _step("list", done, told):
        done.keep()
        keep_conversions(done.erasure, people)
        done.listed += add_to_list(erasures_file(), hash_key(), _lines(people, done.erasure))
    listed = read_list(erasures_file(), hash_key())
    with _step("remembered", done, told):
        forget_remembered({person.person_id for person in people})
    with _step("landing", done, told), landing_held(landing_dir(), alone=True):
        landed = forget_landed(landing_dir(), SOURCES.values(), listed)
        done.landing += [asdict(one) for one in landed]
    with _step("spool", done, told):
        done.posts += forget_posts(spool_dir(), listed)
    with _step("rejects", done, told):
        _forget_rejects(listed)
    with _step("ledgers", done, told):
        in_ledgers = forget_in_ledgers(listed)
        done.ledger_lines += in_ledgers.lines
        done.withdrawals_waiting = in_ledgers.waiting
    with _step("build", done, told):
        run = _build(served.as_of_day if served else None)
    with _step("purge", done, told):
        done.builds += purge_builds(run)
        done.generations += len(generations.forget_all_but_served()) + len(postgres.forget_others())
        if served:
            write_report(settings.warehouse_link(), settings.report_dir())
    with _step("search", done, told):
        look_everywhere(done, patterns)
    with _step("certificate", done, told):
        now_served = generations.served()
        done.changed_totals = different(before, totals_of(now_served.warehouse)) if now_served and before else []
        done.open_by = still_open()
    if not done.found:
        done.finished_at = now()
    done.keep()
    if done.found:
        raise LeftOver(
            f"{done.found} places still hold something of the person: {'; '.join(done.left_in[:MOST_SAID])}. "
            f"The certificate {done.erasure} stays open. "
            "Look with: leadgen forget --verify, and take it out where it is yours, or report the fault."
        )


def _take_back(done: Certificate, people: list[Person], connect: Connect) -> None:
    """What only a contact can take back, while there is one. Who wants to be forgotten does not wait for a platform."""
    conversions = {one for person in people for _, one in person.conversions}
    told = read_activations(settings.config_dir(), DESTINATIONS)
    found = take_back_by_contact(told, conversions, datetime.now(UTC), connect)
    done.taken_back += found.taken_back
    done.not_taken_back += found.too_early + found.failed


@contextmanager
def _step(name: str, done: Certificate, told: Told) -> Iterator[None]:
    die_if_asked(name)
    started = time.monotonic()
    yield
    seconds = time.monotonic() - started
    done.seconds[name] = round(done.seconds.get(name, 0) + seconds, 1)
    done.keep()
    told(name, seconds)


def forget_remembered(people: set[str]) -> None:
    """Take their former ids out of what builds remember: an id is made of what the person was known by."""
    memory = settings.build_dir() / "remembered" / "people.parquet"
    if not memory.exists() or not people:
        return
    aside = memory.with_suffix(".part")
    with duckdb.connect() as database:
        database.execute("create table gone as select unnest(?) as person_id", [sorted(people)])
        database.execute(
            f"copy (from read_parquet('{_quoted(memory)}') anti join gone using (person_id) order by all) "
            f"to '{_quoted(aside)}' (format parquet)"
        )
    aside.replace(memory)


def _forget_rejects(listed: ForgottenList) -> None:
    """Drop the lines of rejected rows in which somebody is: their files are made to be corrected by hand."""
    for file in sorted(rejects_dir().glob("*/*/*.csv")):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not is_listed(line, listed)]
        if len(kept) < len(lines):
            part = file.with_name(f".{file.name}.part")
            part.write_text("".join(kept), encoding="utf-8")
            part.replace(file)


def _build(as_of_day: str | None) -> BuildRun | None:
    """Build what is landed now and let readers see it; where nothing was ever published there is nothing to show."""
    if not as_of_day:
        return None
    run = phases.new_run(date.fromisoformat(as_of_day))
    phases.build(run)
    return run


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
