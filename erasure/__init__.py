"""Forgets a person, everywhere below the data folder, and shows that nothing is left."""
