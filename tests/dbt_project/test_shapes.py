"""A source brings its own shapes: an ad platform is added in a copy of the project, and nothing else has to know."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder

from extractors.sources import SOURCES
from tests.dbt_project.credited_market import CreditedMarket
from tests.dbt_project.tiny_market import PROJECT, STAGED, TinyMarket
from warehouse.dbt_choice import not_to_be_built

SOURCES_YML = """
sources:
  - name: toy_ads
    config:
      meta:
        external_location: >-
          read_parquet('{{ env_var("LEADGEN_DATA") }}/landing/toy_ads/{name}/**/*.parquet',
          union_by_name = true, hive_partitioning = false)
    tables:
      - name: days
"""
STAGING = """
select _brand as brand, _account as account, day as spend_date, campaign, price
from {{ source('toy_ads', 'days') }}
where _reject_reason is null
"""
SPEND = """
with days as (
    select brand, account, spend_date, campaign as campaign_id, price as spend_original
    from {{ ref('stg_toy_ads__days') }}
),
landed as (
    select _brand as brand, _account as account, day as spend_date, sum(price) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then price end), 0) as spend_rejected
    from {{ source('toy_ads', 'days') }}
    group by _brand, _account, day
),
stated as ({{ rows_by_name(['days', 'landed']) }})
select 'toy_ads' as source, 'toy_ads' as platform, 'eur' as currency, stated.* from stated
"""
LANDED = """
select 'nordhaus' as _brand, 't1' as _account, date '2026-03-01' as _day, timestamp '2026-03-02' as _landed_at,
    '{}' as _payload, reason as _reject_reason, date '2026-03-01' as day, campaign, price
from (values ('7', 12.5::double, null), ('8', 2.25, null), ('9', 1, 'a reason')) as rows (campaign, price, reason)
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """A project with one ad platform more, of which a day was landed: its staging, its spend, one line."""
    project = tmp_path_factory.mktemp("project") / "dbt_project"
    shutil.copytree(PROJECT, project)
    tiny = TinyMarket(tmp_path_factory.mktemp("toy"), project)
    tiny.write_rule("accounts", ["source,account,brand", "toy_ads,t1,nordhaus"])
    models = project / "models"
    (models / "staging/toy_ads").mkdir()
    (models / "staging/toy_ads/_toy_ads__sources.yml").write_text(SOURCES_YML, encoding="utf-8")
    (models / "staging/toy_ads/stg_toy_ads__days.sql").write_text(STAGING, encoding="utf-8")
    (models / "shapes/spend/spend__toy_ads.sql").write_text(SPEND, encoding="utf-8")
    union = models / "shapes/spend/spend__unioned.sql"
    named = union.read_text(encoding="utf-8").replace("    ]) }}", "        ref('spend__toy_ads'),\n    ]) }}")
    union.write_text(named, encoding="utf-8")
    folder = tiny.folder / "landing/toy_ads/days/account=t1"
    folder.mkdir(parents=True)
    duckdb.sql(LANDED).write_parquet(str(folder / "day=2026-03-01.parquet"))
    tiny.build(*(f"path:models/{folder}" for folder in STAGED), "int_spend__converted", without_rows_too=True)
    tiny.build("int_staged__counted", without_rows_too=True)
    return tiny


def test_the_spend_of_a_new_ad_platform_is_converted(market: TinyMarket) -> None:
    found = market.rows(
        "select campaign_id, spend, currency from intermediate.int_spend__converted where source = 'toy_ads' order by 1"
    )
    assert [tuple(row.values()) for row in found] == [("7", Decimal("12.5"), "EUR"), ("8", Decimal("2.25"), "EUR")]


def test_what_it_landed_is_known_with_what_was_refused(market: TinyMarket) -> None:
    found = market.rows(
        "select spend_as_landed, spend_rejected from shapes.spend__unioned "
        "where source = 'toy_ads' and spend_as_landed is not null"
    )
    assert [tuple(row.values()) for row in found] == [(Decimal("15.75"), 1)]


def test_its_rows_are_counted_as_landed_refused_and_staged(market: TinyMarket) -> None:
    (landed,) = market.rows("select * from intermediate.int_landing__counted where source = 'toy_ads'")
    (staged,) = market.rows("select * from intermediate.int_staged__counted where source = 'toy_ads'")
    (reject,) = market.rows("select * from intermediate.int_rejects__gathered where source = 'toy_ads'")
    assert (landed["table_name"], landed["landed_rows"], landed["rejected_rows"]) == ("days", 3, 1)
    assert (staged["table_name"], staged["account"], staged["staged_rows"]) == ("days", "t1", 2)
    assert (reject["table_name"], reject["reason"]) == ("days", "a reason")


def test_every_column_has_the_type_that_the_shape_declares(market: TinyMarket) -> None:
    types = {
        row["column_name"]: row["data_type"]
        for row in market.rows(
            "select column_name, data_type from duckdb_columns() "
            "where schema_name = 'shapes' and table_name = 'spend__unioned'"
        )
    }
    assert (types["spend_original"], types["impressions"]) == ("DECIMAL(20,6)", "BIGINT")
    (price,) = market.rows(
        "select data_type from duckdb_columns() where table_name = 'spend__toy_ads' and column_name = 'spend_original'"
    )
    assert price["data_type"] == "DOUBLE"


def test_what_a_build_leaves_out_because_nothing_landed_has_no_rows(market: TinyMarket) -> None:
    (understood,) = (market.project / "target" / "understood").glob("understood-*.msgpack")
    nodes = Manifest.from_msgpack(understood.read_bytes(), decoder=extended_mashumuro_decoder).nodes
    left_out = {nodes[name].relation_name for name in not_to_be_built(nodes, set(SOURCES))}
    assert {'"build"."shapes"."spend__tiktok_ads"', '"build"."staging"."stg_tiktok_ads__ad_days"'} <= left_out
    assert not {relation for relation in left_out if "toy_ads" in relation}
    counted = " union all ".join(f"select count(*) as held from {relation}" for relation in left_out)
    assert market.rows(f"select sum(held) as held from ({counted})") == [{"held": 0}]


def test_a_column_that_the_shape_has_not_is_named(market: TinyMarket) -> None:
    stated = market.project / "models/shapes/spend/spend__toy_ads.sql"
    stated.write_text(SPEND.replace("'eur' as currency", "'eur' as curency"), encoding="utf-8")

    with pytest.raises(AssertionError, match=r"curency.*missing in contract"):
        market.build("spend__toy_ads", "spend__unioned", without_rows_too=True)


def compiled(market: CreditedMarket, macro: str) -> str:
    """The statement that a macro makes of the spend of two sources."""
    stated = "[ref('spend__tiktok_ads'), ref('spend__manual')]"
    statement = f"{macro}(shape_columns('spend'), {stated})"
    done = market.dbt("compile", "--quiet", "--inline", "{{ " + statement + " }}")
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def test_an_engine_that_knows_no_union_by_name_gets_the_same_rows(credited: CreditedMarket, tmp_path: Path) -> None:
    market = credited.copied(tmp_path)
    day = date(2026, 3, 1)
    with duckdb.connect(str(market.database)) as connection:
        connection.execute(
            "insert into staging.stg_tiktok_ads__ad_days (account, spend_date, spend) values ('t', ?, 3)", [day]
        )
        connection.execute("insert into staging.stg_manual__spend (account, keyword, spend) values ('m', 'roof', 4)")
    assert market.dbt("run", "--select", "spend__tiktok_ads", "spend__manual").returncode == 0

    by_name, written_out = (compiled(market, f"{engine}__in_one_shape") for engine in ("duckdb", "default"))
    assert "by name" in by_name
    assert "by name" not in written_out

    with duckdb.connect(str(market.database), read_only=True) as connection:
        found = [connection.execute(f"from ({text}) order by all").fetchall() for text in (by_name, written_out)]
        types = [connection.execute(f"describe {text}").fetchall() for text in (by_name, written_out)]
    assert len(found[0]) == 2
    assert found[0] == found[1]
    assert types[0] == types[1]
