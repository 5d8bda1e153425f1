"""Superset's settings: what is stricter here than out of the box. ``SUPERSET_CONFIG_PATH`` names this file.

``SUPERSET_HOME`` is the folder of what Superset keeps; ``SUPERSET_DATABASE_URI`` another database than the one in it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from superset.config import DATA_DIR
from superset.config import TALISMAN_CONFIG as SHIPPED


def _kept_key() -> str:
    """The key that signs sessions, made once and open to its owner alone."""
    file = Path(DATA_DIR) / "secret.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(secrets.token_urlsafe(48))
    return file.read_text()


SECRET_KEY = os.environ.get("SUPERSET_SECRET_KEY") or _kept_key()

if "SUPERSET_DATABASE_URI" in os.environ:
    SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_DATABASE_URI"]

# Names of campaigns and the like are text, wherever they are shown, and no templates of SQL.
FEATURE_FLAGS = {"ESCAPE_MARKDOWN_HTML": True, "ENABLE_TEMPLATE_PROCESSING": False, "ALLOW_ADHOC_SUBQUERY": False}

# A number is asked for again each time: a warehouse that was published a second ago is what is seen.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}

# Behind a web server that brings the certificate the cookie goes no other way.
SESSION_COOKIE_SECURE = os.environ.get("SUPERSET_COOKIE_SECURE", "").lower() == "true"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
ENABLE_PROXY_FIX = SESSION_COOKIE_SECURE

# A page asks no host but Superset's own; out of the box it tells the makers' that it was opened.
_POLICY = {**SHIPPED["content_security_policy"], "img-src": ["'self'", "blob:", "data:"], "connect-src": ["'self'"]}
TALISMAN_CONFIG = {
    **SHIPPED,
    "content_security_policy": _POLICY,
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}

# Nobody sees anything before they signed in, and nobody adds themselves.
AUTH_USER_REGISTRATION = False
PUBLIC_ROLE_LIKE = None
