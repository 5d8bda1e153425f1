"""What an erasure does at its end: former builds go, and every byte is searched for what may be left of the person."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from activations.forgetting import ledgers
from erasure.certificate import Certificate
from erasure.everywhere import place_of, search_everywhere, wipe_airflow_postgres, wipe_plain
from erasure.search import Hit
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
    done.postgres_columns += wipe_airflow_postgres(patterns)
    searched = search_everywhere(patterns)
    done.searched_files, done.searched_bytes = searched.files, searched.bytes
    done.searched_values_bytes = searched.values_bytes
    done.not_searched = searched.not_searched
    left: list[Hit] = []
    told = set(ledgers())
    for hit in searched.hits:
        if hit.file in told:
            # What a withdrawal needs until it is answered stays: the certificate says so, and the sender takes it out.
            left += [] if done.withdrawals_waiting else [hit]
        elif (found := wipe_plain(hit, patterns)) is not None:
            done.plain_files += 1
            left += found
        else:
            left.append(hit)
    done.found = len(left)
    done.left_in = [place_of(hit, patterns) for hit in left]


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
