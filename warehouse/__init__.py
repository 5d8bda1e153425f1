"""Out: build the warehouse phase by phase, check it, publish it, show it."""
