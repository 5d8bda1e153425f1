"""The command ``leadgen``: what extractors, warehouse and sandbox can do for a person, in one place."""

__version__ = "0.1.0"
