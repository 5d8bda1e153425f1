"""A simulated lead-generation market with known truth, served in the vendors' wire formats."""

from sandbox.config import connections

__all__ = ["connections"]
