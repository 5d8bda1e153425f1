"""docker-compose.yml is valid, keeps no secret, and its services' very commands work on a real Postgres."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
import urllib.request
from collections.abc import Iterator

import pytest
import yaml

from tests.airflow_stack import BIN, ROOT, SECRETS, VARIABLE, Stack, compose_text, filled_in, postgres, services


def test_the_file_keeps_to_the_compose_specification() -> None:
    checked = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_secret_is_asked_for_and_none_has_a_default() -> None:
    found = {match["name"]: match["kind"] for match in VARIABLE.finditer(compose_text())}
    secret = {name for name in found if re.search("PASSWORD|SECRET|KEY|TOKEN", name)}
    assert secret == set(SECRETS)
    assert {found[name] for name in secret} == {"?"}


def test_the_example_explains_every_setting_and_fills_in_no_secret() -> None:
    example = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"[A-Z]", line)
    )
    assert set(example) == {match["name"] for match in VARIABLE.finditer(compose_text())}
    assert {name for name, value in example.items() if not value} == set(SECRETS)


def test_every_package_goes_into_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert {f"!{package}" for package in [*packages, "dags"]} <= set(let_in)
    # What Python imports below the root and is no test is one of them.
    roots = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert roots <= {*packages, "dags"}


def test_our_services_run_without_rights_and_write_into_mounted_folders_alone() -> None:
    services = {name: one for name, one in filled_in(SECRETS)["services"].items() if name != "postgres"}
    files = ("Dockerfile", "bi/superset/Dockerfile")
    users = [re.findall(r"^USER (\w+)$", (ROOT / file).read_text(), re.MULTILINE) for file in files]

    assert users == [["leadgen"], ["superset"]]
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not {"user", "privileged", "cap_add"} & set(service), name
        writable = {one.split(":")[1] for one in service["volumes"] if not one.endswith(":ro")}
        assert writable <= {f"/opt/leadgen/{folder}" for folder in ("data", "airflow", "market", "superset")}, name


def test_every_service_that_runs_on_says_how_its_health_is_seen() -> None:
    services = filled_in(SECRETS)["services"]
    assert [name for name, service in services.items() if "healthcheck" not in service] == ["init"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with postgres() as port, services(tmp_path_factory.mktemp("stack"), port) as made:
        yield made


@pytest.mark.timeout(420)
def test_airflow_s_three_services_start_on_postgres_and_the_nights_begin_by_themselves(stack: Stack) -> None:
    accounts = [{"source": source, "account": "ACC1", "brand": "b"} for source in ("callrail", "typeform")]
    (stack.folder / "config" / "accounts.yml").write_text(yaml.safe_dump({"accounts": accounts}))
    stack.run("init")
    services = ["api-server", "scheduler", "dag-processor"]
    for service in services:
        stack.start(service)
    for service in services:
        assert stack.becomes_healthy(service), f"{service}: {stack.log(service)}"

    # The scheduler sees the DAGs of the listed sources, which the dag-processor read; none waits to be unpaused.
    listed = subprocess.run(
        [BIN / "airflow", "dags", "list", "--output", "json"],
        env=stack.environment("scheduler"),
        capture_output=True,
        text=True,
    ).stdout
    paused = {dag["dag_id"]: dag["is_paused"] for dag in json.loads(listed[listed.index("[{") :])}
    nightly = ["build_warehouse", "expire", "extract_callrail", "extract_typeform", "published_by"]
    assert paused == dict.fromkeys(nightly, "False")


@pytest.mark.timeout(300)
def test_the_sandbox_service_invents_a_market_and_answers(stack: Stack) -> None:
    stack.start("sandbox")

    assert stack.becomes_healthy("sandbox"), stack.log("sandbox")

    with urllib.request.urlopen(f"http://127.0.0.1:{stack.ports['8090']}/__sandbox__/stats", timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.timeout(120)
def test_the_receiver_service_takes_forms_and_visits_into_the_data_folder(stack: Stack) -> None:
    origin = "https://www.dach.example"
    accounts = [
        {"source": "webhook", "account": "site", "brand": "b", "options": {"sender": "browser", "origins": [origin]}},
        {"source": "pixel", "account": "dach", "brand": "b", "options": {"origins": [origin]}},
    ]
    (stack.folder / "config" / "accounts.yml").write_text(yaml.safe_dump({"accounts": accounts}))
    stack.start("receiver")

    assert stack.becomes_healthy("receiver", within_seconds=60), stack.log("receiver")

    for path, body in (("hook/site", b"email=ann%40mail.example"), ("v?site=dach", b"event=page_view")):
        address = f"http://127.0.0.1:{stack.ports['8070']}/{path}"
        post = urllib.request.Request(address, body, {"Origin": origin, "User-Agent": "Mozilla/5.0"})
        with urllib.request.urlopen(post, timeout=10) as answer:
            assert answer.status in (200, 204)
    spool = stack.folder / "data" / "spool"
    written = {file.relative_to(spool).parts[0]: file.read_bytes()[9:] for file in spool.rglob("*.spool")}
    assert {source: sorted(json.loads(line)) for source, line in written.items()} == {
        "webhook": ["at", "body", "content_type", "id"],
        "pixel": ["at", "body", "id"],
    }


def test_the_receiver_is_given_no_secret_of_airflow_s() -> None:
    receiver = filled_in(SECRETS)["services"]["receiver"]

    assert receiver["environment"] == {}
    assert not [value for value in SECRETS.values() if value in str(receiver)]
