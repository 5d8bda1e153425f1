"""Six CRMs that tell one story through five states of the world, each in its own words."""
