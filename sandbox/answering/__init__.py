"""How a vendor of the sandbox answers: credentials, limits, faults, pages."""
