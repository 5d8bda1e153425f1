"""Dashboards as code, for the tools that people already use."""
