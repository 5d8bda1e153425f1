"""Contact details, in a file apart and for its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse.run import BuildRun, open_build


def write_contact_details(run: BuildRun, target: Path, storage: str) -> None:
    """Write who is behind each inquiry (name, e-mail, phone) to a file that only its owner may read."""
    # From its first byte on, others may not read it.
    old_mask = os.umask(0o177)
    try:
        with open_build(run) as database:
            quoted = str(target).replace("'", "''")
            database.execute(f"attach '{quoted}' as private (storage_version '{storage}')")
            database.execute(
                """
                create table private.contact_details as
                select
                    unioned.brand,
                    identified.inquiry_id,
                    identified.person_id,
                    unioned.full_name,
                    coalesce(identified.email_normalised, unioned.email_raw) as email,
                    coalesce(identified.phone_e164, unioned.phone_raw) as phone
                from intermediate.int_inquiries__identified as identified
                inner join intermediate.int_inquiries__unioned as unioned using (inquiry_id)
                order by identified.inquiry_id
                """
            )
            database.execute(
                "create table private.publication as select ? as run_id, ?::date as as_of_day",
                [run.run_id, run.as_of_day],
            )
            database.execute("checkpoint private; detach private")
    finally:
        os.umask(old_mask)
    target.chmod(0o600)
