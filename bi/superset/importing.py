"""Sets Superset up and imports the bundle; runs in Superset's environment, again after each change of the marts."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb
from superset.app import create_app

from bi.superset.bundle import DATABASE, LOCKED

COMMAND = Path(sys.executable).with_name("superset")
ADMIN = "admin"


def bring_in(files: Mapping[str, str], warehouse: Path) -> str:
    """Make Superset's own database if there is none, import all files, renew who sees what; returns a sentence."""
    for step in (["db", "upgrade"], ["init"]):
        done = subprocess.run([COMMAND, *step], env={**os.environ, "FLASK_APP": "superset.app:create_app()"}, text=True,
                              capture_output=True)  # fmt: skip
        if done.returncode:
            raise SystemExit(f"superset {' '.join(step)} failed: {done.stderr.strip().rpartition(chr(10))[2]}")
    brands = _brands(warehouse)
    with create_app().app_context():
        # Superset's models can be imported only once its application is there.
        from flask import g
        from superset import db
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.connectors.sqla.models import SqlaTable
        from superset.models.core import Database

        from bi.superset.readers import let_read

        told = _admin(g)
        ImportAssetsCommand(dict(files)).run()
        ours = db.session.query(Database).filter_by(database_name=DATABASE).one()
        let_read(brands, db.session.query(SqlaTable).filter_by(database_id=ours.id).all())
    count = sum(path.startswith("dashboards/") for path in files)
    return f"{DATABASE}: {len(files) - 1} assets, {count} dashboards of them; brands: {', '.join(brands)}.{told}"


def _brands(warehouse: Path) -> list[str]:
    with duckdb.connect(str(warehouse), read_only=True, config=dict(LOCKED)) as reader:
        return [brand for (brand,) in reader.execute("select brand from marts.brands order by brand").fetchall()]


def _admin(g: object) -> str:
    """Act as an administrator; the first one is made, with a password that only a file has."""
    from superset import security_manager
    from superset.config import DATA_DIR

    role = security_manager.find_role("Admin")
    admins = [user for user in security_manager.get_all_users() if role in user.roles]
    told = ""
    if not admins:
        password, file = secrets.token_urlsafe(16), Path(DATA_DIR) / "admin-password"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
            kept.write(password)
        admins = [security_manager.add_user(ADMIN, "First", "Admin", "admin@leadgen.example", role, password=password)]
        told = f" The password of {ADMIN} is in {file}."
    g.user = admins[0]  # type: ignore[attr-defined]
    return told
