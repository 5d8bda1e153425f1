"""A folder per ad platform: what it takes, and what its answers mean."""
