"""What can stop a build, named by what is to be done. Each error is one sentence for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class BuildError(Exception):
    """Base class, so that one ``except`` can catch all of ours and nothing else."""

    exit_code = 1


class FixRules(BuildError):
    """A file of the configuration is wrong; a person must correct the line that the sentence names."""


class NothingLanded(BuildError):
    """There is no landing zone to build from, or it is not complete."""


class DamagedLanding(BuildError):
    """A landed file cannot be read; its day must be read again, or what it replaced brought back."""


class OddFolder(BuildError):
    """The data folder is called what the tools of a build cannot read; another must be named."""


class ModelFailed(BuildError):
    """A dbt model or test failed; its SQL or the data under it must be corrected."""


class CheckFailed(BuildError):
    """A critical check does not hold; readers keep the warehouse published last."""


class ChecksNotPassed(BuildError):
    """The build has not passed all its phases, in their order; run it again and publish what passed."""


class OlderDay(BuildError):
    """Readers see a newer day than the build knows; build to that day, or say that the older one is meant."""


class DiskRefused(BuildError):
    """A file or a folder cannot be read or written; a person must make room, or correct whose it is."""


class PublishFailed(BuildError):
    """The new generation could not be written or verified; readers keep the old one."""


class FixConnection(BuildError):
    """The connection to a database that is published to is wrong; a person must correct it."""


class ColumnsGone(PublishFailed):
    """Readers of another database would lose a column or a table; a person must say that nobody needs it."""


class NothingPublished(BuildError):
    """What was asked for needs a published warehouse, and there is none."""


class CannotExport(BuildError):
    """What was asked for cannot be written as a file; the sentence says what can."""


class UnknownRecord(BuildError):
    """No published record has the id that was asked for; take one from the marts."""


class BuildBusy(BuildError):
    """Another build has the database; wait for it. Exits like sysexits' "temporary failure"."""

    exit_code = 75


@contextmanager
def one_sentence(what: str) -> Iterator[None]:
    """What the operating system refuses inside the block becomes one sentence, which begins with ``what``."""
    try:
        yield
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        place = f" ({refused.filename})" if refused.filename else ""
        raise DiskRefused(
            f"{what}: {reason}{place}. Make room, or give the folder to the user who runs this, then begin again."
        ) from refused
