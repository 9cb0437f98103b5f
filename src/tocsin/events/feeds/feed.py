"""What a report type of a feed is: a value that says what its columns mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from tocsin.events.feeds.columns import CONNECTION, FACTS, SCAN
from tocsin.events.feeds.never_kept import Treatment, treatment_of
from tocsin.findings.rules.coverage import Strength

Columns = tuple[str, ...]


class Side(StrEnum):
    """Which end of what was seen is told about it."""

    #: There is one end only: `ip`, `port`, `hostname`, ...
    SINGLE = "single"
    #: The end that did it, infected or attacking: `src_ip`, ...
    SOURCE = "source"
    #: The end that it was done to: `dst_ip`, ...
    DESTINATION = "destination"


#: Columns of each side for the attributes that every event has.
_SIDES: Mapping[Side, Mapping[str, Columns]] = {
    Side.SINGLE: {
        "address": ("ip", "src_ip"),
        "port": ("port", "src_port"),
        "ptr": ("hostname", "src_hostname"),
        "asn": ("asn", "src_asn"),
        "country": ("geo", "src_geo"),
    },
    Side.SOURCE: {
        "address": ("src_ip", "ip"),
        "port": ("src_port", "port"),
        "ptr": ("src_hostname", "hostname"),
        "asn": ("src_asn", "asn"),
        "country": ("src_geo", "geo"),
    },
    Side.DESTINATION: {
        "address": ("dst_ip",),
        "port": ("dst_port",),
        "ptr": ("dst_hostname",),
        "asn": ("dst_asn",),
        "country": ("dst_geo",),
    },
}


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One report type: read by header name, so columns may come in any order, and more or fewer of them.

    Where several columns are named for one thing, the first that is not empty in a row is taken.
    """

    #: Name of the type; variants for IPv6 share the row of their IPv4 type.
    type: str
    format: str = "shadowserver"
    #: Code of the catalogue; null: the type is unknown.
    problem: str | None
    #: (pattern over the tags joined by `;`, code): the first that matches in a row goes before `problem`.
    problem_by_tag: tuple[tuple[str, str], ...] = ()
    side: Side = Side.SINGLE
    #: What it ran over where the file does not say.
    transport: str | None = None
    #: Columns with a name that counts: from a URL or a Host header that was answered on this very machine.
    #: Never a name from reverse DNS, nor one that the other end chose.
    host: Columns = ()
    url: Columns = ()
    #: Event field -> columns; stored as `f_<field>`, spelt as the catalogue's `evidence` and `discriminator` do.
    fields: Mapping[str, Columns] = field(default_factory=dict)
    #: Columns in which CVE numbers stand among other words; they become the field `cve`.
    cve: Columns = ()
    #: Further columns that the type is known to have; they are kept and mean nothing to us.
    columns: frozenset[str] = frozenset()
    #: Never stored, beyond what `never_kept` says by name.
    drop: frozenset[str] = frozenset()
    #: Reduced before they are stored, instead of what `never_kept` says by name.
    mask: Mapping[str, Treatment] = field(default_factory=dict)
    #: Excepted from `never_kept`, each with its reason beside it.
    keep: frozenset[str] = frozenset()
    #: Columns that make the type: half of its own ones confirm a telling name; all, without a column that the type does
    #: not have, stand in for one. Empty: any header confirms the name, none stands in for it.
    signature: frozenset[str] = frozenset()
    #: The most that a report of this type can cover when it came in full.
    coverage: Strength = Strength.FULL

    @property
    def is_known(self) -> bool:
        """Say whether this is a type of ours."""
        return self.problem is not None

    def sided(self, attribute: str) -> Columns:
        """Name the columns of an attribute on the side to notify: address, port, ptr, asn or country."""
        return _SIDES[self.side][attribute]

    @cached_property
    def read_as(self) -> Mapping[str, str]:
        """Name, for each column of a file that becomes a column of the event, that one."""
        return {
            "timestamp": "observed_at",
            "protocol": "transport",
            **{column: f"f_{name}" for name, columns in self.fields.items() for column in columns},
            **dict.fromkeys(self.url, "url"),
            **dict.fromkeys(self.host, "host"),
            **{column: attribute for attribute, columns in _SIDES[self.side].items() for column in columns},
        }

    @cached_property
    def known_columns(self) -> frozenset[str]:
        """Name every column that does not surprise."""
        named = {column for columns in self.fields.values() for column in columns}
        sides = CONNECTION if self.side is not Side.SINGLE else SCAN
        if not self.is_known:
            sides = SCAN | CONNECTION
        return frozenset(
            named | sides | self.columns | self.drop | self.keep | self.signature | {*self.mask, *self.host, *self.url}
        )

    def is_confirmed_by(self, columns: frozenset[str]) -> bool:
        """Say whether a header bears out that a file is of this type: half of what is the type's own will do."""
        telling = self.signature - SCAN - CONNECTION
        return 2 * len(telling & columns) >= len(telling)

    def treatments(self, columns: Iterable[str]) -> dict[str, Treatment]:
        """Say what happens to each column of a file before anything is stored."""
        return {
            name: treatment_of(name, drop=self.drop, mask=self.mask, keep=self.keep, plain=FACTS) for name in columns
        }
