"""What an erasure does at its end: former builds go, and every byte is searched for what may be left of the person."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from activations.forgetting import ledgers
from erasure.certificate import Certificate
from erasure.plain_files import is_plain, wipe
from erasure.search import Hit, search
from extractors.landing.erasing import forget_landed
from extractors.settings import erasures_file, hash_key, landing_dir
from extractors.sources import SOURCES
from forgotten.listed import read_list
from warehouse import settings
from warehouse.run import BuildRun


def purge_builds(run: BuildRun | None) -> int:
    """Remove every build but this one; returns how many went."""
    gone = 0
    for folder in (settings.build_dir() / "runs").glob("*"):
        if run is None or folder != run.database.parent:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    if run is None:
        shutil.rmtree(settings.pinned_landing_dir(), ignore_errors=True)
        shutil.rmtree(settings.build_dir() / "remembered", ignore_errors=True)
    return gone


def look_everywhere(done: Certificate, patterns: Mapping[bytes, str]) -> None:
    """Search everything; wipe what is a log or a page; count what is left."""
    done.searched_for = len(patterns)
    if not patterns:
        # Whoever finishes an erasure may not know whom it was about: the list does.
        listed = read_list(erasures_file(), hash_key())
        done.found = sum(one.rows for one in forget_landed(landing_dir(), SOURCES.values(), listed, dry=True))
        return
    searched = search(settings.data_dir(), patterns)
    done.searched_files, done.searched_bytes = searched.files, searched.bytes
    done.searched_values_bytes = searched.values_bytes
    left: list[Hit] = []
    told = set(ledgers())
    for hit in searched.hits:
        if hit.file in told:
            # What a withdrawal needs until it is answered stays: the certificate says so, and the sender takes it out.
            left += [] if done.withdrawals_waiting else [hit]
        elif is_plain(hit.file) and settings.data_dir() / "manual" not in hit.file.parents:
            wipe(hit.file, hit.patterns)
            done.plain_files += 1
            left += search(hit.file.parent, patterns, _others(hit.file)).hits
        else:
            left.append(hit)
    done.found = len(left)
    done.left_in = [_place(hit, patterns) for hit in left]


def _place(hit: Hit, patterns: Mapping[bytes, str]) -> str:
    """Which file, and what kinds of forms are in it; the file by its folder alone where its name is one of them."""
    file = hit.file.relative_to(settings.data_dir())
    if any(one in os.fsencode(file).lower() for one in hit.patterns):
        file = file.parent
    return f"{file}: {', '.join(sorted({patterns[one] for one in hit.patterns}))}"


def _others(file: Path) -> list[Path]:
    return [other for other in file.parent.iterdir() if other != file]


def still_open() -> int:
    """How many processes of this machine hold a file of ours that has no name any more, as far as we may see."""
    readers = set()
    data = f"{settings.data_dir()}/"
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith(data) and target.endswith(" (deleted)") and link.parts[2] != str(os.getpid()):
            readers.add(link.parts[2])
    return len(readers)
