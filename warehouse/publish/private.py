"""Contact details and what ad platforms are told of whom, in a file apart and for its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse.run import BuildRun, open_build

# What ties each record to its person, as text: by what, how surely, since when, and whether it was followed.
IDENTITY_LINKS = """
    create table private.identity_links as
    select
        links.brand,
        people.person_id,
        links.node_a as record_node,
        links.node_b as other_node,
        links.matched_by,
        links.strength,
        links.seen_at,
        refused.reason as refused_because
    from intermediate.int_identity__links as links
    left join steps.person_components as people
        on links.brand = people.brand and links.node_a = people.node_id
    left join steps.refused_links as refused
        on links.brand = refused.brand and links.node_a = refused.node_a and links.node_b = refused.node_b
        and links.matched_by = refused.matched_by
    order by all
"""

# What the ad platforms are to be told, with the ids and contacts that may leave: read by the senders alone.
ACTIVATIONS = """
    create table private.activations as
    select * from intermediate.int_activations__judged
    order by destination, account, happened_at, activation_id
"""


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
                inner join shapes.inquiries__unioned as unioned using (inquiry_id)
                order by identified.inquiry_id
                """
            )
            database.execute(IDENTITY_LINKS)
            database.execute(ACTIVATIONS)
            database.execute(
                "create table private.publication as select ? as run_id, ?::date as as_of_day",
                [run.run_id, run.as_of_day],
            )
            database.execute("checkpoint private; detach private")
    finally:
        os.umask(old_mask)
    target.chmod(0o600)
