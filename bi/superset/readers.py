"""Who sees which brand: a role for each brand, one for all, and rules that show nothing to whoever has neither.

Runs inside Superset. What is there already is brought up to date; roles that people were given stay theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from superset import db, security_manager
from superset.connectors.sqla.models import RowLevelSecurityFilter, SqlaTable

ALL_BRANDS = "All brands"
ADMIN = "Admin"


def brand_role(brand: str) -> str:
    """The name of the role that sees one brand."""
    return f"Brand {brand}"


def let_read(brands: Sequence[str], tables: Sequence[SqlaTable]) -> None:
    """Make or renew the roles and rules."""
    of_brands = [table for table in tables if any(column.column_name == "brand" for column in table.columns)]
    of_all = [table for table in tables if table not in of_brands]
    everything = [ADMIN, ALL_BRANDS]
    roles = [brand_role(brand) for brand in brands]
    _may_read(ALL_BRANDS, tables)
    for role in roles:
        _may_read(role, of_brands)
    _rule("Nothing without a brand", "Base", "1 = 0", [*everything, *roles], of_brands)
    if of_all:
        _rule("Nothing of what has no brand", "Base", "1 = 0", everything, of_all)
    for brand, role in zip(brands, roles, strict=True):
        quoted = brand.replace("'", "''")
        _rule(f"Only {brand}", "Regular", f"brand = '{quoted}'", [role], of_brands, group="brand")
    db.session.commit()


def _may_read(name: str, tables: Iterable[SqlaTable]) -> None:
    role = security_manager.add_role(name)
    for table in tables:
        permission = security_manager.add_permission_view_menu("datasource_access", table.get_perm())
        security_manager.add_permission_role(role, permission)


def _rule(
    name: str, kind: str, clause: str, roles: Sequence[str], tables: Sequence[SqlaTable], group: str | None = None
) -> None:
    rule = db.session.query(RowLevelSecurityFilter).filter_by(name=name).one_or_none() or RowLevelSecurityFilter(
        name=name
    )
    rule.filter_type, rule.clause, rule.group_key = kind, clause, group
    rule.roles = [security_manager.find_role(role) for role in roles]
    rule.tables = list(tables)
    db.session.add(rule)
