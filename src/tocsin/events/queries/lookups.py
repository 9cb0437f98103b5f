"""Asks the archive in the words of pages: a finding by its public id, an organisation, an address, owners by name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import polars as pl

from tocsin.access.permissions import require
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.archive import MOST_ROWS, NEWEST_ROWS, events_of_address, events_of_finding, newest_events
from tocsin.findings.models import Finding
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.registry.models import Organisation


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the archive holds of something."""

    #: Columns as `archive.COLUMNS`, newest first.
    events: pl.DataFrame
    #: Whether the archive may hold more than is given.
    cut: bool
    #: Organisation id -> its names in English and Chinese.
    owners: dict[int, tuple[str, str]]
    #: Of the finding that was asked for; empty otherwise.
    problem: str = ""
    subject: str = ""


def seen_of_finding(*, actor: Actor, public_id: str) -> Seen:
    """Give the raw events of a finding.

    Raises:
        NotAllowed: the actor may not see reports.
        NotFound: there is no such finding.
    """
    require(actor, EventPermission.SEE)
    identity, _dash, episode = public_id.partition("-")
    try:
        wanted = {"identity": UUID(identity), "episode": int(episode)}
    except ValueError as error:
        raise NotFound from error
    row = Finding.objects.visible_to(actor).filter(**wanted).first()
    if row is None:
        raise NotFound
    events = events_of_finding(
        actor=actor,
        identity=row.identity,
        organisation_id=row.organisation_id,
        problem=row.problem,
        limit=MOST_ROWS,
    )
    return _seen(actor, events, MOST_ROWS, problem=row.problem, subject=row.subject)


def seen_of_organisation(*, actor: Actor, organisation_id: int) -> Seen:
    """Give the newest events of an organisation; `owners` names it even where it has none.

    Raises:
        NotAllowed: the actor may not see reports.
        NotFound: there is no such organisation.
    """
    require(actor, EventPermission.SEE)
    row = Organisation.objects.visible_to(actor).filter(pk=organisation_id).first()
    if row is None:
        raise NotFound
    seen = _seen(actor, newest_events(actor=actor, organisation_id=row.pk), NEWEST_ROWS)
    seen.owners[row.pk] = (row.name_en, row.name_zh)
    return seen


def seen_of_address(*, actor: Actor, address: str, since: datetime, until: datetime) -> Seen:
    """Give what was seen at an address over a time.

    Raises:
        NotAllowed: the actor may not see reports.
        Invalid: it is no address.
    """
    require(actor, EventPermission.SEE)
    events = events_of_address(actor=actor, address=address, since=since, until=until, limit=MOST_ROWS)
    return _seen(actor, events, MOST_ROWS)


def _seen(actor: Actor, events: pl.DataFrame, limit: int, *, problem: str = "", subject: str = "") -> Seen:
    ids = events.get_column("organisation_id").drop_nulls().unique().to_list()
    owners = {row.pk: (row.name_en, row.name_zh) for row in Organisation.objects.visible_to(actor).filter(pk__in=ids)}
    return Seen(events=events, cut=events.height >= limit, owners=owners, problem=problem, subject=subject)
