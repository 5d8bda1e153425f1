"""A simulated lead-generation market with known truth, served in the vendors' wire formats."""

from datetime import date

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 6, 30)
"""The half year that a market spans where no other days are asked for."""
