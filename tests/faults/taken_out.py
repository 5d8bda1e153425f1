"""Takes one protection after the other out of a copy of the code: without it, its test must fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("config", "dags", "dbt_project", "docs", "extractors", "leadgen", "sandbox", "tests", "warehouse")


@dataclass(frozen=True)
class Protection:
    """What holds a fault off, how it is taken out, and the test that notices."""

    what: str
    file: str
    text: str
    without: str
    test: str


PROTECTIONS = (
    Protection(
        "rights of the landing zone",
        "extractors/private.py",
        "0o700, 0o600",
        "0o755, 0o644",
        "tests/faults/test_private.py::test_nothing_that_is_landed_is_open_to_others",
    ),
    Protection(
        "an account under two names",
        "warehouse/landed_accounts.py",
        "        if twin:",
        "        if False:",
        "tests/faults/test_configured.py::"
        "test_an_account_that_comes_again_under_another_name_is_asked_about_and_not_built",
    ),
    Protection(
        "a brand that nobody listed",
        "warehouse/rules/named_brands.py",
        "if brand and brand not in known:",
        "if False:",
        "tests/faults/test_configured.py::test_a_brand_without_a_line_is_told_and_not_built",
    ),
    Protection(
        "both ends of a landed file",
        "warehouse/damaged.py",
        "return begin == MAGIC == opened.read()",
        "return True",
        "tests/faults/test_damaged.py::test_a_damaged_file_is_named_and_nothing_is_built",
    ),
    Protection(
        "the cure of a wrong certificate",
        "extractors/http/transport.py",
        '"CERTIFICATE_VERIFY_FAILED" in str(broken)',
        "False",
        "tests/faults/test_addresses.py::test_a_certificate_that_nobody_vouches_for_needs_a_person",
    ),
    Protection(
        "people in what vendors say",
        "extractors/redaction.py",
        "CONTACT.sub(HIDDEN, redacted(str(text)))",
        "redacted(str(text))",
        "tests/extractors/test_secrets.py::test_people_of_whom_a_vendor_speaks_are_not_quoted",
    ),
    Protection(
        "a day that comes back empty",
        "extractors/landing/versions.py",
        "return before >= (LEAST_ROWS if now else LEAST_ROWS_TO_NONE) and 2 * now < before",
        "return False",
        "tests/extractors/landing/test_versions.py::test_a_day_that_comes_back_empty_stays_and_what_came_is_held",
    ),
    Protection(
        "the letters of an account's name",
        "extractors/settings.py",
        'SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)',
        'SAFE_NAME = re.compile(r"(?s).*")',
        "tests/faults/test_hostile_names.py::test_an_account_whose_name_is_a_path_is_refused",
    ),
    Protection(
        "the last door of a command",
        "leadgen/sentences.py",
        "except OSError as error:",
        "except ZeroDivisionError as error:  # type: ignore",
        "tests/faults/test_every_command.py::test_every_command_ends_in_a_sentence[nothing]",
    ),
    Protection(
        "phone numbers in names",
        "dbt_project/macros/privacy.sql",
        """replaced_everywhere(without_emails(text), "'" ~ numbers ~ "'", "'***'")""",
        "without_emails(text)",
        "tests/dbt_project/test_privacy.py::test_a_contact_in_a_name_is_masked",
    ),
    Protection(
        "the settings of a reader's connection",
        "docs/connect-a-tool.md",
        'config={"enable_external_access": "false", ',
        "config={",
        "tests/faults/test_readers.py::test_a_curious_reader_gets_the_marts_and_nothing_else",
    ),
)


def fails_without(protection: Protection) -> bool:
    """Whether the test fails where the protection is not."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in COPIED:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        file = copy / protection.file
        file.write_text(file.read_text(encoding="utf-8").replace(protection.text, protection.without), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", protection.test],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": name},
            capture_output=True,
            text=True,
        )
        # 1 is a test that failed; a test that could not be found or collected ends otherwise.
        return ran.returncode == 1


def main() -> None:
    """Say of each protection whether it is missed."""
    missed = 0
    for protection in PROTECTIONS:
        fails = fails_without(protection)
        missed += fails
        print(f"{'missed' if fails else 'NOT MISSED':<11} {protection.what}", flush=True)
    sys.exit(missed != len(PROTECTIONS))


if __name__ == "__main__":
    main()
