"""How Airflow's pages know people where docker-compose.signin.yml is used: Flask AppBuilder reads these names."""

from __future__ import annotations

AUTH_TYPE = 1
"""By a name and a password, kept as a hash in Airflow's database (``AUTH_DB``)."""

AUTH_USER_REGISTRATION = False
"""Nobody adds themselves."""

FAB_PASSWORD_COMPLEXITY_ENABLED = True
"""At least ten letters, two of them capitals, one small, two digits and a special one."""

WTF_CSRF_ENABLED = True
"""A form is taken only from the page that showed it."""
