"""Regions, sectors and coordinators: what an organisation may be sorted under."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tocsin.access.permissions import require
from tocsin.kernel.actor import Actor
from tocsin.registry.models import Coordinator, Region, Sector
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.naming import Named


@dataclass(frozen=True, kw_only=True)
class Node(Named):
    """A region, sector or coordinator with its place in the tree."""

    id: int
    #: Null at the top; a sector always is.
    parent_id: int | None
    #: How many stand above it.
    depth: int


@dataclass(frozen=True, kw_only=True)
class Places:
    """All of them, each below its parent, else by code."""

    sectors: tuple[Node, ...]
    regions: tuple[Node, ...]
    coordinators: tuple[Node, ...]

    def regions_within(self, code: str) -> frozenset[int]:
        """Give the ids of a region and all below it; none where the code is unknown."""
        found: set[int] = set()
        for node in self.regions:
            if node.code == code or node.parent_id in found:
                found.add(node.id)
        return frozenset(found)

    def line(self, coordinator_id: int | None) -> tuple[Node, ...]:
        """Give a coordinator and those above it, itself first."""
        return _upwards(coordinator_id, {node.id: node for node in self.coordinators})

    def region_line(self, region_id: int) -> tuple[Node, ...]:
        """Give a region and those around it, itself first."""
        return _upwards(region_id, {node.id: node for node in self.regions})


def places(*, actor: Actor) -> Places:
    """Read all regions, sectors and coordinators: three queries."""
    require(actor, RegistryPermission.SEE)
    sectors = Sector.objects.visible_to(actor).order_by("code")
    return Places(
        sectors=tuple(_tree([(row, None) for row in sectors])),
        regions=tuple(_tree([(row, row.parent_id) for row in Region.objects.visible_to(actor).order_by("code")])),
        coordinators=tuple(
            _tree([(row, row.parent_id) for row in Coordinator.objects.visible_to(actor).order_by("code")])
        ),
    )


def _tree(rows: list[tuple[Region | Sector | Coordinator, int | None]]) -> Iterator[Node]:
    """Order rows so that each stands below its parent."""
    below: dict[int | None, list[Region | Sector | Coordinator]] = {}
    for row, parent_id in rows:
        below.setdefault(parent_id, []).append(row)
    waiting: list[tuple[Region | Sector | Coordinator, int | None, int]] = [
        (row, None, 0) for row in reversed(below.get(None, []))
    ]
    while waiting:
        row, parent_id, depth = waiting.pop()
        yield Node(id=row.pk, parent_id=parent_id, depth=depth, code=row.code, name_en=row.name_en, name_zh=row.name_zh)
        waiting += [(child, row.pk, depth + 1) for child in reversed(below.get(row.pk, []))]


def _upwards(start_id: int | None, nodes: Mapping[int, Node]) -> tuple[Node, ...]:
    line: list[Node] = []
    while start_id is not None and (node := nodes.get(start_id)) is not None and node not in line:
        line.append(node)
        start_id = node.parent_id
    return tuple(line)
