"""A Google service account: an access token fetched with a signed statement instead of anybody's consent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from extractors.errors import FixSettings
from extractors.http.auth import PostForm
from extractors.http.oauth import OAuthRefresh
from extractors.http.tokens import granted, lifetime

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
STATEMENT_SECONDS = 3600
"""Google refuses a statement that is good for longer."""


@dataclass
class ServiceAccount(OAuthRefresh):
    """Signs who it is with the key of its file; ``client_id`` is its e-mail address, ``client_secret`` the key."""

    refresh_token: str = field(default="", repr=False)
    scope: str = ""
    wall_clock: Callable[[], float] = field(default=time.time, repr=False)

    def grant(self) -> dict[str, str]:
        """What the token is asked for with."""
        # Ten megabytes of cryptography that no other source needs.
        import jwt

        now = int(self.wall_clock())
        claims = {
            "iss": self.client_id,
            "scope": self.scope,
            "aud": self.token_url,
            "iat": now,
            "exp": now + STATEMENT_SECONDS,
        }
        # Whoever copies the key out of its file by hand copies "\n" as two letters.
        key = self.client_secret.replace("\\n", "\n")
        try:
            signed = jwt.encode(claims, key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            # The library's own message may hold the key.
            raise FixSettings(
                "the private key of the service account cannot be read. Copy 'private_key' of its JSON file as it is, "
                "from -----BEGIN to END PRIVATE KEY-----."
            ) from None
        return {"grant_type": GRANT, "assertion": signed}

    def _fetch(self, post_form: PostForm) -> None:
        status, body = post_form(self.token_url, self.grant())
        if status != 200:
            reason = body.get("error") if isinstance(body, dict) else None
            raise FixSettings(
                f"the token endpoint refused the service account with {status} ({reason or 'no reason given'}). "
                "Check that its key was not deleted, and that this machine's clock is right."
            )
        answer = granted(status, body, what="service account")
        self._token = answer["access_token"]
        self._expires_at = self.clock() + lifetime(answer, self.usual_lifetime)
