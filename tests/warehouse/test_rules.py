"""Rule files: what a person may write, and what is refused with its line and the nearest right word."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse import settings
from warehouse.errors import FixRules
from warehouse.rules import lay_out_rules

BRANDS = (
    "brand,name,time_zone,currency,phone_region,language,site_hosts\n"
    "nordhaus,Nordhaus,Europe/Berlin,EUR,DE,de,\nclearwater,Clearwater,America/Phoenix,USD,US,en,\n"
)
CHANNELS = "rule_order,channel,source_list,source_pattern,medium_pattern,campaign_pattern,click_id,referrer_kind,note\n"
OVERRIDES = "brand,identifier_type,identifier_value,other_identifier_type,other_identifier_value,decision\n"
HOURS = "brand,weekday,opens_at,closes_at\n"
STAGES = "brand,source,pipeline_id,stage_id,stage_label_pattern,milestone\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder with two brands."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("LEADGEN_CONFIG", str(folder))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    (folder / "brands.csv").write_text(BRANDS, encoding="utf-8")
    return folder


def laid_out(name: str) -> list[list[str]]:
    with (settings.rules_dir() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_what_the_project_ships_is_right(config: Path) -> None:
    assert lay_out_rules() == ["brands"]
    assert len(laid_out("brands")) == 3


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("channel_rules", f"{CHANNELS}5,Paid Search,,,,,gclid|(gbraid,,\n", r"line 2: click_id .* is a bracket open"),
        ("channel_rules", f"{CHANNELS}5,Paid Search,,,,,gcild,,\n", "click_id is 'gcild'.*Did you mean 'gclid'"),
        ("channel_rules", f"{CHANNELS}5,Paid Serch,,x,,,,,\n", "channel is 'Paid Serch' and must be 'Paid Search'"),
        ("channel_rules", f"{CHANNELS}5,paid search,,x,,,,,\n", "channel is 'paid search' and must be 'Paid Search'"),
        (
            "channel_rules",
            f"{CHANNELS}5,Email,search_engines,,,,,,\n",
            "source_list is 'search_engines'.*one of ai, email, search",
        ),
        ("channel_rules", f"{CHANNELS}5,Email,,,,,,searh,\n", "referrer_kind is 'searh'.*Did you mean 'search'"),
        ("channel_rules", f"{CHANNELS}5,Email,,,Email,,,,\n", "medium_pattern is 'Email'.*small letters"),
        ("channel_rules", f"{CHANNELS}5,Email,,,,,,,\n9,Direct,,x,,,,,\n", "line 2: a rule without a condition"),
        ("channel_rules", f"{CHANNELS}5,Email,,(.*)?,,,,,\n9,Direct,,x,,,,,\n", "line 2: a rule without a condition"),
        (
            "channel_rules",
            f"{CHANNELS}5,Email,,mail^er,,,,,\n",
            "source_pattern is .* must be an expression that can fit",
        ),
        (
            "channel_rules",
            f"{CHANNELS}5,Email,,mail$er,,,,,\n",
            "source_pattern is .* must be an expression that can fit",
        ),
        (
            "brands",
            BRANDS.replace("EUR,DE,de,", "EUR,DE,de,https://nordhaus.example/"),
            "site_hosts is .* must be hosts alone, such as nordhaus.example",
        ),
        (
            "identity_overrides",
            f"{OVERRIDES}nordhaus,email,a@b.example,email,a@b.example,merge\n",
            "line 2: both identifiers are the same one",
        ),
        ("channel_rules", f"{CHANNELS}5,Email,,.*,,,,,\n9,Direct,,x,,,,,\n", "line 2: a rule without a condition"),
        (
            "platform_channels",
            "platform,channel_type,channel\nfacebook,X,Paid Social\n",
            "platform is 'facebook' and must be 'meta_ads'",
        ),
        ("platform_channels", "platform,channel_type,channel\nGoogle Ads,X,Paid Search\n", "must be 'google_ads'"),
        (
            "programme_channels",
            "brand,channel,note\n,Billboards,\n",
            "channel is 'Billboards' and must be a channel that",
        ),
        ("stage_map", f"{STAGES},pipedrv,,1,,won\n", "source is 'pipedrv' and must be a source.*'pipedrive'"),
        ("stage_map", f"{STAGES},hubspot,,1,,wonn\n", "milestone is 'wonn'"),
        (
            "identity_overrides",
            f"{OVERRIDES}nordhaus,e-mail,a@x.example,phone,+4915112345678,merge\n",
            "identifier_type is 'e-mail'.*Did you mean 'email'",
        ),
        (
            "identity_overrides",
            f"{OVERRIDES}nordhaus,phone,01512 3456705,phone,+4915112345678,merge\n",
            "identifier_value must be a phone number with its country",
        ),
        (
            "identity_overrides",
            f"{OVERRIDES}nordhaus,email,a@x.example,email,A@x.example,merge\n",
            "other_identifier_value must be an address in small",
        ),
        (
            "identity_overrides",
            f"{OVERRIDES}nordhus,email,a@x.example,email,b@x.example,merge\n",
            "names the brand 'nordhus'.*If 'nordhaus' is meant",
        ),
        ("employees", "brand,email,phone\nnordhaus,anna(at)n.example,\n", "email is .* and must be an address"),
        ("employees", "brand,email,phone\nnordhaus,,4.93056E+11\n", "phone is .* and must be a phone number"),
        (
            "employees",
            "brand,email,phone\nNordhaus,anna@n.example,\n",
            "names the brand 'Nordhaus'.*If 'nordhaus' is meant",
        ),
        ("working_hours", f"{HOURS},1,18:00,09:00\n", "line 2: closes_at must be later"),
        ("lookback_windows", "conversion_type,days\nlead,-30\n", "days is '-30' and must be a number of days from 0"),
        ("brands", BRANDS.replace("DE", "UK"), "phone_region is 'UK' and must be GB"),
        (
            "brands",
            BRANDS.replace("time_zone", "timezone"),
            "the column 'timezone' is unknown.*Did you mean 'time_zone'",
        ),
        ("spam_patterns", "field,pattern,note\nfullname,x,\n", "field is 'fullname'.*Did you mean 'full_name'"),
        ("identity_settings", "setting,value,note\nprobable_peple,on,\n", "setting is 'probable_peple'"),
        ("holidays", 'brand,holiday\n,"2026-12-24\n', "line 2: a quote is open"),
    ],
)
def test_what_does_nothing_or_breaks_later_is_refused_when_it_is_read(
    config: Path, name: str, text: str, message: str
) -> None:
    header = {"lookback_windows": "conversion_type", "holidays": "brand"}
    shipped = (settings.DBT_PROJECT / "seeds" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    if name in header:
        text = f"{shipped}\n" + "\n".join(line + "," * (shipped.count(",") - 1) for line in text.splitlines()[1:])
    (config / f"{name}.csv").write_text(text, encoding="utf-8")

    with pytest.raises(FixRules, match=message):
        lay_out_rules()


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("Brands.csv", "Call it brands.csv"),
        ("brands.CSV", "brands.csv"),
        ("brands (1).csv", "Call it brands.csv"),
        ("brands.xlsx", "Save it as brands.csv"),
        ("brands - Copy.csv", "Call it brands.csv"),
        ("staff.csv", "Call it employees.csv"),
        ("employee.csv", "Call it employees.csv"),
        ("channel-rules.csv", "Call it channel_rules.csv"),
    ],
)
def test_a_rule_file_that_nobody_reads_is_told_its_name(config: Path, name: str, cure: str) -> None:
    (config / "brands.csv").rename(config / "kept.away")
    (config / name).write_text(BRANDS, encoding="utf-8")

    with pytest.raises(FixRules, match=cure):
        lay_out_rules()


def in_utf_16(text: str) -> bytes:
    return text.encode("utf-16")


def with_semicolons(text: str) -> bytes:
    return text.replace(",", ";").encode("utf-8-sig")


def with_tabs(text: str) -> bytes:
    return text.replace(",", "\t").encode()


def with_excels_tail(text: str) -> bytes:
    return ("sep=,\r\n" + "\r\n".join(f"{line},," for line in text.splitlines()) + "\r\n,,,,,,,,\r\n").encode("cp1252")


@pytest.mark.parametrize("write", [in_utf_16, with_semicolons, with_tabs, with_excels_tail])
def test_a_rule_file_is_read_as_files_of_data_are(config: Path, write: Callable[[str], bytes]) -> None:
    (config / "brands.csv").write_bytes(
        write(BRANDS.replace("Nordhaus", "Nördhaus").replace("brand,name", "Brand,Name"))
    )

    lay_out_rules()

    assert [row[:2] for row in laid_out("brands")[1:]] == [["nordhaus", "Nördhaus"], ["clearwater", "Clearwater"]]


def test_a_channel_of_ones_own_is_one(config: Path) -> None:
    (config / "channel_rules.csv").write_text(f"{CHANNELS}5,Carrier Pigeon,,pigeon,,,,,\n")
    (config / "programme_channels.csv").write_text("brand,channel,note\n,Carrier Pigeon,\n")

    assert lay_out_rules() == ["brands", "channel_rules", "programme_channels"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("accounts:\n  - source: hubspot\naccounts:\n  - source: ecb\n", r"line 3: the key 'accounts' is there twice"),
        (
            "accounts:\n  - source: hubspot\n    account: '1'\n    brand: Nordhaus\n",
            "names the brand 'Nordhaus'.*If 'nordhaus' is meant",
        ),
        ("accounts: [", "this is not YAML"),
    ],
)
def test_accounts_are_held_to_the_brands(config: Path, text: str, message: str) -> None:
    (config / "accounts.yml").write_text(text)

    with pytest.raises(FixRules, match=message):
        lay_out_rules()


def test_an_account_is_what_is_written(config: Path) -> None:
    (config / "brands.csv").write_text(BRANDS.replace("clearwater", "no"))
    (config / "accounts.yml").write_text(
        "accounts:\n"
        + "".join(
            f"  - source: callrail\n    account: {one}\n    brand: no\n" for one in ("0112223334", "12_34", "5.10")
        )
    )

    lay_out_rules()

    assert [row[1:3] for row in laid_out("accounts")[1:]] == [["0112223334", "no"], ["12_34", "no"], ["5.10", "no"]]


@pytest.mark.parametrize("written", ['="nordhaus"', "\u200bnordhaus", "nordhaus\ufeff"])
def test_marks_round_a_cell_are_no_part_of_it(config: Path, written: str) -> None:
    (config / "working_hours.csv").write_text(f"{HOURS}{written},1,09:00,17:00\n", encoding="utf-8")
    lay_out_rules()
    assert laid_out("working_hours")[1][0] == "nordhaus"


@pytest.mark.parametrize("pattern", ["^(a|b)$", "(^a|b$)", "a[$^]b", r"cost\$us", "a|^b", "[^a]b"])
def test_a_pattern_whose_marks_stand_where_they_fit_is_taken(config: Path, pattern: str) -> None:
    (config / "channel_rules.csv").write_text(f"{CHANNELS}5,Email,,{pattern},,,,,\n", encoding="utf-8")
    lay_out_rules()
    assert laid_out("channel_rules")[1][3] == pattern
