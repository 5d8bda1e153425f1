"""The server for assistants, started as docs/connect-a-tool.md has it, answers over MCP and reads nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.airflow_stack import ROOT
from tests.report.published_market import publish

pytestmark = pytest.mark.timeout(900)
UV = Path(sys.executable).with_name("uv")
CLIENT = """
import asyncio, json, sys
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

async def ask(command, args, questions):
    async with stdio_client(StdioServerParameters(command=command, args=args)) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()
            tools = sorted(tool.name for tool in (await session.list_tools()).tools)
            answers = [await session.call_tool("execute_query", {"sql": question}) for question in questions]
            return {"tools": tools, "answers": [answer.content[0].text for answer in answers]}

print(json.dumps(asyncio.run(ask(*json.load(sys.stdin)))))
"""
CURIOUS = (
    "select content from read_text('/etc/passwd')",
    "copy (select 1) to '{folder}/stolen.csv'",
    "attach '{folder}/other.duckdb'",
    "create table marts.mine as select 1",
    "delete from marts.leads",
    "set enable_external_access = true",
)


def documented(warehouse: Path) -> tuple[str, list[str]]:
    """The command of the page, for this warehouse and with our own uv."""
    page = (ROOT / "docs" / "connect-a-tool.md").read_text(encoding="utf-8")
    found = re.search(r"```json\n(\{\s+\"mcpServers\".*?)```", page, re.DOTALL)
    assert found
    server = json.loads(found[1])["mcpServers"]["leadgen"]
    assert server["command"] == "uvx"
    args = [str(warehouse) if word == "/path/of/data/warehouse.duckdb" else word for word in server["args"]]
    return str(UV), ["tool", "run", "--quiet", "--system-certs", *args]


def asked(warehouse: Path, questions: list[str]) -> Any:
    command = [str(UV), "run", "--no-project", "--isolated", "--quiet", "--with", "mcp==2.3.0", "python", "-c", CLIENT]
    said = json.dumps([*documented(warehouse), questions])
    done = subprocess.run(command, input=said, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_an_assistant_reads_the_warehouse_and_nothing_else(tmp_path: Path) -> None:
    warehouse = publish(tmp_path / "warehouse.duckdb")
    folder = tmp_path / "outside"
    folder.mkdir()

    told = asked(
        warehouse,
        ["select count(*) as leads from marts.leads", *(question.format(folder=folder) for question in CURIOUS)],
    )

    assert told["tools"] == ["execute_query", "list_columns", "list_databases", "list_tables"]
    first, *refused = told["answers"]
    assert json.loads(first)["rows"] == [[5]]
    assert all('"success": false' in answer for answer in refused), refused
    assert not list(folder.iterdir())
