"""Whose an event is: the most specific owner at the event's own time, one vectorised pass a batch.

Pure: frames in, frames out. `build_index` once per change of the registry, `attribute` per batch of events,
`conflicts` for the registry's report on assets that two owners hold at once.
"""

from tocsin.registry.attribution.assign import attribute
from tocsin.registry.attribution.index import Index, build_index, conflicts

__all__ = ["Index", "attribute", "build_index", "conflicts"]
