"""What can stop an erasure, named by what is to be done."""

from __future__ import annotations

from warehouse.errors import BuildError


class NotFound(BuildError):
    """There is nobody to forget, or nothing to find them in."""


class NotOnePerson(BuildError):
    """What was named is of several people; a person must say who is meant."""


class NoKey(BuildError):
    """Without a key there is no list."""


class LeftOver(BuildError):
    """Something that identifies the person was found after the erasure."""


class NotSearched(BuildError):
    """A place could not be searched, so nobody can say that nothing is left there."""
