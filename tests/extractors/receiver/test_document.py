"""docs/webhooks-and-pixel.md and the example configuration say what is there, and what they tell to type works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from extractors.forms.columns import MAPPED
from extractors.forms.names import CLICK_IDS, UTM
from extractors.receiver.doors import open_doors
from extractors.receiver.senders import SENDERS
from extractors.sources import SOURCES
from tests.extractors.receiver.receiving import SECRET, Running, landed

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "webhooks-and-pixel.md").read_text(encoding="utf-8")


def test_the_document_names_every_sender_and_every_option() -> None:
    senders = re.findall(r"^\| `(\w+)` \|", DOCUMENT.partition("### Options")[0], flags=re.MULTILINE)
    options = re.findall(r"^\| `(\w+)` \|", DOCUMENT.partition("### Options")[2], flags=re.MULTILINE)
    read = set(re.findall(r'options\.get\("(\w+)"', "".join(file.read_text() for file in code())))

    assert senders == ["sender", *SENDERS]
    assert read - {"consent", "cookie_domain"} <= set(options)
    assert not [name for name in ("consent", "cookie_domain") if f"{name}:" not in DOCUMENT]
    others = [column for column in MAPPED if column not in (*UTM, *CLICK_IDS)]
    assert not [column for column in others if f"`{column}`" not in DOCUMENT]


def code() -> list[Path]:
    folders = ("receiver", "forms", "sources/webhook")
    return [file for folder in folders for file in sorted((ROOT / "extractors" / folder).glob("*.py"))]


def test_the_command_that_signs_is_accepted_as_it_is_written(receiver: Running) -> None:
    assert shutil.which("openssl"), "Debian's package openssl is not installed"
    assert shutil.which("curl"), "Debian's package curl is not installed"
    block = re.search(r"^    id=msg_1.*?(?=\n\n)", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    assert block
    command = block[0].replace("https://hits.example.com/hook/acme-shop", f"{receiver.url}/hook/signed")

    said = subprocess.run(
        ["bash", "-euc", command.replace("curl ", "curl -sS --noproxy '*' ")],
        env={"PATH": os.environ["PATH"], "SECRET": SECRET},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "ok"
    assert [row["email"] for row in landed("inquiries", "signed")] == ["ann@mail.example"]


def test_the_accounts_of_the_example_and_of_the_document_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    example = (ROOT / "config" / "accounts.example.yml").read_text(encoding="utf-8")
    assert len(blocks) == 2
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    monkeypatch.setenv("AIRFLOW_CONN_HOOK_ACME_QUOTE", '{"conn_type": "http", "password": "the secret"}')

    for text in (*blocks, example):
        (tmp_path / "accounts.yml").write_text(text, encoding="utf-8")
        listed = [one["source"] for one in yaml.safe_load(text)["accounts"]]
        doors = open_doors(SOURCES)
        assert len(doors.hooks) == listed.count("webhook")
        assert len(doors.pixels) == listed.count("pixel")
        assert {door.fault for door in doors.hooks.values()} <= {None}
