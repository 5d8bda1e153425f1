"""The services with sign-in, started for once: who is nobody is refused, who was added is let in as far as their role.

``PYTHON -m tests.sign_in``, where PYTHON is that of an environment with requirements.lock and requirements-signin.lock;
it needs Debian's package postgresql and takes some minutes. The test suite has no such environment, and holds of these
files only what can be read (tests/test_sign_in.py).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from tests.airflow_stack import BIN, Stack, postgres, services

OVER = "docker-compose.signin.yml"
PEOPLE = {"ann": "Admin", "vera": "Viewer"}
PASSWORD = "Of-These-Minutes-77"


def asked(stack: Stack, path: str, token: str = "", **body: object) -> tuple[int, str]:
    """What the pages answer: the status and the text."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{stack.ports['8080']}{path}",
        data=json.dumps(body).encode() if body else None,
        headers={"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def token_of(stack: Stack, name: str, password: str) -> tuple[int, str]:
    """Sign in as a program does: the status, and the token where there is one."""
    status, text = asked(stack, "/auth/token", username=name, password=password)
    return status, json.loads(text)["access_token"] if status == 201 else ""


def main() -> int:
    """Say what was seen; 0 where it is as it should be."""
    wrong = 0

    def see(what: str, status: int, right: int) -> None:
        nonlocal wrong
        wrong += status != right
        print(f"{status} {'' if status == right else f'INSTEAD OF {right} '}{what}", flush=True)

    with tempfile.TemporaryDirectory() as folder, postgres() as port, services(Path(folder, "s"), port, OVER) as stack:
        stack.run("init")
        for name, role in PEOPLE.items():
            words = ["users", "create", "--username", name, "--role", role, "--email", f"{name}@nordhaus.example"]
            added = subprocess.run(
                [BIN / "airflow", *words, "--firstname", name, "--lastname", "N", "--password", PASSWORD],
                env=stack.environment("init"),
                capture_output=True,
                text=True,
            )
            see(f"{name} was added", added.returncode, 0)
            if added.returncode:
                print(added.stderr[-2000:])
        stack.start("api-server")
        healthy = stack.becomes_healthy("api-server", 600)
        see("the pages are healthy", int(healthy), 1)
        if not healthy:
            print(stack.log("api-server"))
            return 1
        see("nobody asks for the DAGs", asked(stack, "/api/v2/dags")[0], 401)
        see("nobody asks for the connections", asked(stack, "/api/v2/connections")[0], 401)
        see("a wrong password", token_of(stack, "ann", "guessed")[0], 401)
        see("a name that is not there", token_of(stack, "admin", "admin")[0], 401)
        for name, connections in (("ann", 200), ("vera", 403)):
            status, token = token_of(stack, name, PASSWORD)
            see(f"{name} signs in", status, 201)
            see(f"{name} asks for the DAGs", asked(stack, "/api/v2/dags", token)[0], 200)
            see(f"{name} asks for the connections", asked(stack, "/api/v2/connections", token)[0], connections)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
