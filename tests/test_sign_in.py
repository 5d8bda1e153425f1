"""docker-compose.signin.yml puts a sign-in in front of Airflow's pages, and its packages go with those of the others.

That it starts and refuses who is nobody is shown by hand, in an environment that has the packages: tests/sign_in.py.
"""

from __future__ import annotations

import re

import yaml

from leadgen import signin
from tests.airflow_stack import ROOT, SECRETS, compose_text, filled_in

OVER = "docker-compose.signin.yml"
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z0-9,-]+\])?==(\S+) \\$", re.MULTILINE)


def test_every_service_of_airflow_s_asks_the_same_sign_in_and_keeps_its_own_settings() -> None:
    plain, signed = filled_in(SECRETS)["services"], filled_in(SECRETS, OVER)["services"]
    airflow = {name for name, one in plain.items() if "AIRFLOW__CORE__EXECUTOR" in one.get("environment", {})}

    assert set(yaml.safe_load(compose_text(OVER))["services"]) == airflow - {"sandbox"}
    for name in airflow - {"sandbox"}:
        environment = signed[name]["environment"]
        assert environment["AIRFLOW__CORE__AUTH_MANAGER"].endswith(".FabAuthManager"), name
        assert environment["AIRFLOW__FAB__COOKIE_SECURE"] == "True", name
        assert plain[name]["environment"].items() <= environment.items(), name
        for kept in ("command", "read_only", "cap_drop", "security_opt", "volumes"):
            assert signed[name][kept] == plain[name][kept], f"{name} {kept}"
    # The two that know no person of Airflow's stay as they are.
    assert all(signed[name] == plain[name] for name in ("receiver", "postgres"))


def test_nobody_is_somebody_without_a_password() -> None:
    settings = {name: value for name, value in vars(signin).items() if name.isupper()}

    assert settings["AUTH_TYPE"] == 1
    assert settings["AUTH_USER_REGISTRATION"] is False
    assert settings["WTF_CSRF_ENABLED"] is True
    # A role for who has not signed in, in either place where it could be given.
    assert "AUTH_ROLE_PUBLIC" not in settings
    assert "AUTH_ROLE_PUBLIC" not in compose_text(OVER)
    assert not re.search("(?i)password", re.sub("#.*", "", compose_text(OVER)))


def test_the_image_takes_both_locks_and_they_agree_on_every_package() -> None:
    main, signed = (dict(PINNED.findall((ROOT / f"requirements{name}.lock").read_text())) for name in ("", "-signin"))
    lock = filled_in(SECRETS, OVER)["services"]["api-server"]["build"]["args"]["SIGN_IN_LOCK"]

    assert (ROOT / lock).is_file()
    assert f"!{lock}" in (ROOT / ".dockerignore").read_text().splitlines()
    assert "${SIGN_IN_LOCK:+-r ${SIGN_IN_LOCK}}" in (ROOT / "Dockerfile").read_text()
    assert "apache-airflow-providers-fab" in signed
    assert {name: version for name, version in signed.items() if main.get(name, version) != version} == {}
