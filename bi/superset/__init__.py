"""What Superset gets: datasets, metrics, dashboards and who sees which brand, made from the marts' own declarations.

The modules run in Superset's environment (``requirements-superset.lock``) as well as in ours: they import neither the
warehouse nor, but for ``importing``, Superset.
"""
