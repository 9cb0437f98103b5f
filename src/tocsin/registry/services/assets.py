"""Enters assets, ends them, corrects them, and hands them from one owner to another."""

from datetime import datetime

from django.db import IntegrityError, transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.registry.errors import AlreadyThere, HasEnded
from tocsin.registry.models import Asset, Organisation
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.rules import AssetKind, AssetState, canonical_asset
from tocsin.registry.services.due import reattribute
from tocsin.registry.tables import plain_text


def add_asset(
    *,
    actor: Actor,
    organisation_id: int,
    kind: AssetKind | None,
    value: str,
    state: AssetState,
    valid_from: datetime | None,
    valid_until: datetime | None,
    note: str,
    now: datetime,
) -> int:
    """Enter an asset and have findings attributed anew. Returns its id.

    Args:
        kind: null finds it out from the value.
        value: as people write it.
        valid_from: null: it was always theirs.
        valid_until: the first moment that it is no longer theirs; null: it is theirs.

    Raises:
        NotFound: there is no such organisation that the actor may see.
        AlreadyThere: the organisation has it, from the same moment.
        Invalid: the value is none, or nobody may own it; the period ends before it begins.
    """
    require(actor, RegistryPermission.EDIT_ASSETS)
    with transaction.atomic():
        owner = Organisation.objects.visible_to(actor).filter(pk=organisation_id).first()
        if owner is None:
            raise NotFound
        found, canonical = canonical_asset(kind, plain_text("value", value))
        made = Asset(
            organisation=owner,
            kind=found,
            value=canonical,
            state=state,
            valid_from=valid_from,
            valid_until=valid_until,
            note=plain_text("note", note),
            created_at=now,
        )
        _save(made)
        _record(actor, "registry.add_asset", made, now, before=None, after=_told(made))
        reattribute(actor=actor, things=[(made.kind, made.value)], organisation_ids=[owner.pk])
        return made.pk


def end_asset(*, actor: Actor, asset_id: int, at: datetime, reason: str, now: datetime) -> None:
    """Say from when an asset is no longer its owner's; events before that moment stay theirs.

    Raises:
        NotFound: there is none that the actor may see.
        HasEnded: it ended before.
        Invalid: it would end before it begins.
    """
    require(actor, RegistryPermission.EDIT_ASSETS)
    with transaction.atomic():
        held = _load(actor, asset_id)
        before = _told(held)
        _end(held, at)
        _record(actor, "registry.end_asset", held, now, before=before, after=_told(held), reason=reason)
        reattribute(actor=actor, things=[(held.kind, held.value)], organisation_ids=[held.organisation_id])


def change_asset(
    *,
    actor: Actor,
    asset_id: int,
    state: AssetState,
    valid_from: datetime | None,
    valid_until: datetime | None,
    note: str,
    now: datetime,
) -> None:
    """Correct period, state and note of an asset; kind, value and owner are what it is (`move_asset`).

    Raises:
        NotFound: there is none that the actor may see.
        AlreadyThere: the organisation has it from that moment in another row.
        Invalid: it would end before it begins.
    """
    require(actor, RegistryPermission.EDIT_ASSETS)
    with transaction.atomic():
        held = _load(actor, asset_id)
        before = _told(held)
        held.state, held.valid_from, held.valid_until, held.note = (
            state,
            valid_from,
            valid_until,
            plain_text("note", note),
        )
        after = _told(held)
        if before == after:
            return
        _save(held)
        _record(actor, "registry.change_asset", held, now, before=before, after=after)
        reattribute(actor=actor, things=[(held.kind, held.value)], organisation_ids=[held.organisation_id])


def move_asset(
    *, actor: Actor, asset_id: int, to_organisation_id: int, at: datetime | None, reason: str, now: datetime
) -> int:
    """Give an asset to another owner: it ends for the old one and begins, entered, for the new one. Returns the new id.

    Args:
        at: from when it is the new owner's; null: it was always theirs, and the old entry was a mistake (rejected,
            so that it attributes nothing at any time).
        reason: why, for the trail; not empty.

    Raises:
        NotFound: there is no such asset or organisation that the actor may see.
        AlreadyThere: the new owner has it from that moment.
        HasEnded: it ended before that moment.
        Invalid: no reason; it is theirs already; it would end before it begins.
    """
    require(actor, RegistryPermission.EDIT_ASSETS)
    if not reason.strip():
        raise Invalid("Say why it has another owner.", field="reason")
    with transaction.atomic():
        held = _load(actor, asset_id)
        receiver = Organisation.objects.visible_to(actor).filter(pk=to_organisation_id).first()
        if receiver is None:
            raise NotFound
        if receiver.pk == held.organisation_id:
            raise Invalid("It is theirs already.", field="organisation")
        before = _told(held)
        new = Asset(
            organisation=receiver,
            kind=held.kind,
            value=held.value,
            state=AssetState.ENTERED,
            valid_from=at if at is not None else held.valid_from,
            valid_until=held.valid_until,
            created_at=now,
        )
        if at is None:
            held.state = AssetState.REJECTED
            held.save(update_fields=["state"])
        else:
            _end(held, at)
        _save(new)
        _record(actor, "registry.move_asset", held, now, before=before, after=_told(held), reason=reason)
        _record(actor, "registry.receive_asset", new, now, before=None, after=_told(new), reason=reason)
        reattribute(actor=actor, things=[(held.kind, held.value)], organisation_ids=[held.organisation_id, receiver.pk])
        return new.pk


def _load(actor: Actor, asset_id: int) -> Asset:
    held = Asset.objects.visible_to(actor).select_for_update().filter(pk=asset_id).first()
    if held is None:
        raise NotFound
    return held


def _end(held: Asset, at: datetime) -> None:
    if held.valid_until is not None and held.valid_until <= at:
        raise HasEnded(f"{held.value} has ended already.", field="at")
    held.valid_until = at
    _save(held)


def _save(asset: Asset) -> None:
    if asset.valid_from is not None and asset.valid_until is not None and asset.valid_until <= asset.valid_from:
        raise Invalid("It must end after it begins.", field="valid_until")
    try:
        with transaction.atomic():
            asset.save()
    except IntegrityError as error:
        raise AlreadyThere(f"{asset.value} is registered from that moment already.", field="value") from error


def _told(asset: Asset) -> dict[str, str | None]:
    """Give what the trail keeps of an asset."""
    return {
        "kind": str(asset.kind),
        "value": asset.value,
        "state": str(asset.state),
        "valid_from": asset.valid_from.isoformat() if asset.valid_from is not None else None,
        "valid_until": asset.valid_until.isoformat() if asset.valid_until is not None else None,
        "note": asset.note,
    }


def _record(
    actor: Actor,
    action: str,
    asset: Asset,
    now: datetime,
    *,
    before: dict[str, str | None] | None,
    after: dict[str, str | None],
    reason: str = "",
) -> None:
    """Call within the transaction of the change."""
    record(
        actor=actor,
        action=action,
        target_kind="asset",
        target_id=asset.pk,
        at=now,
        organisation_id=asset.organisation_id,
        before=before,
        after=after,
        reason=reason,
    )
