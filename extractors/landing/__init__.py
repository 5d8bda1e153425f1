"""The landing zone: what is written, in which versions, and what its columns are."""
