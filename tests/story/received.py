"""What the receiver takes of the market's posts, laid into the spool under the market's own days."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path

import msgspec
import pytest

from extractors.receiver.spool import Source, Spool
from sandbox.config import HOOKS, RETOLD
from sandbox.posts import Post, posts, send
from tests.extractors.receiver.receiving import receiving, spooled
from tests.story.night import Night

TAKEN_BY: dict[str, Source] = {**dict.fromkeys(HOOKS, "webhook"), RETOLD: "pixel"}


def receive(night: Night) -> dict[str, list[Post]]:
    """Post the brand's records to a running receiver; what each account has taken lies in the night's spool.

    The receiver dates by its clock: here each record is given the moment that it had in the market.
    """
    sent: dict[str, list[Post]] = {account: [] for account in TAKEN_BY}
    for post in posts(night.market):
        sent[post.account].append(post)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in night.environment.items():
            environment.setenv(name, value)
        environment.setenv("LEADGEN_DATA", str(night.folder / "received"))
        with receiving() as receiver:
            taken = send((post for its_posts in sent.values() for post in its_posts), receiver.url)
        assert taken == {account: len(its_posts) for account, its_posts in sent.items()}
        asyncio.run(_dated(sent, night.data / "spool"))
    return sent


async def _dated(sent: dict[str, list[Post]], root: Path) -> None:
    spool = Spool(root)
    for account, its_posts in sent.items():
        for post, record in zip(its_posts, spooled(TAKEN_BY[account], account), strict=True):
            moved = msgspec.structs.replace(record, at=post.moment.replace(tzinfo=UTC))
            await spool.append(TAKEN_BY[account], account, moved)
    await spool.close()
