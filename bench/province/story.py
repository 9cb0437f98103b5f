"""What certainly happens in the ninety days: the exposures of the cast, and the facts that the demo can test.

Days are counted from 0 (a Wednesday); 89 is the Monday of the demo. A fact's dates say what the files show
(`first_seen`, `last_seen`: days with a row; `gone_from`: the first day without), never what the product concludes.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from bench.province import cast
from bench.province.constituency import Constituency
from bench.province.days import LAST, NEVER, Calendar
from bench.province.exposures import SCHEMA
from bench.province.streams import hexadecimal
from bench.province.volumes import PROBLEMS

HOSPITAL_ADDRESSES = ("198.18.40.17", "198.18.40.52")
HOSPITAL_OPENED, HOSPITAL_CLAIMS, HOSPITAL_GONE = 68, (79, 84), 85
MISLEADING_NAME = "rdp.baishan.example"
FAMILY_DAYS = {"emberloader": ("198.18.128.33", 19, 45), "greyfinch": ("198.18.129.140", 26, 64)}
WRONG_ADDRESS, WRONG_OPENED, WRONG_REFUSED, WRONG_CORRECTED, WRONG_GONE = "198.18.77.37", 35, 37, 40, 55
RELAPSE_DAYS, RELAPSE_BACK, RELAPSE_IN_WORK = (8, 17), 78, (80, 94)
SILENT_OPENED, SIBLING_OPENED = 6, 30
MOVED_ADDRESS, MOVED_OPENED = "198.18.90.9", 25
HOSTED_ADDRESS, HOSTED_OPENED = "198.18.128.80", 77
CLAIMED_ADDRESS, CLAIMED_OPENED = "198.18.99.70", 60
GRID_ADDRESS, GRID_OPENED = "198.19.24.10", 50
CONFIRMED_DAYS, CONFIRMED_ANSWER, CONFIRMED_DAY = (55, 63), 64, 66
DISPUTE_OPENED, DISPUTE_DAY = 62, 65
_PORTS = {"scan_rdp": 3389, "scan_snmp": 161, "scan_mongodb": 27017, "scan_elasticsearch": 9200, "scan_telnet": 23}
_PORTS |= {"scan_smb": 445, "scan_mqtt_anon": 1883, "event4_sinkhole_http": 80, "compromised_website": 80}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One exposure that the story needs, seen every day from `opened` to the day before `closed`."""

    name: str
    report_type: str
    #: Who owns it when it is first seen; None: nobody.
    owner: str | None
    address: str
    opened: int
    closed: int = NEVER
    hostname: str | None = None
    family: str | None = None
    host: str | None = None
    path: str | None = None
    asn: int = 64496

    @property
    def port(self) -> int:
        """Return the port where it is seen."""
        return _PORTS[self.report_type]


@dataclass(frozen=True)
class Story:
    """The scenes of the cast in one constituency, on one calendar."""

    constituency: Constituency
    until: date
    scenes: Sequence[Scene] = field(default_factory=tuple)

    def address(self, code: str, number: int) -> str:
        """Return the nth address of an organisation's main prefix."""
        return host_of(self.constituency, code, number)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return every address of the story; chance leaves them alone."""
        return tuple(sorted({scene.address for scene in self.scenes}))

    def scene(self, name: str) -> Scene:
        """Return one scene."""
        return next(scene for scene in self.scenes if scene.name == name)

    def exposures(self, report_type: str) -> pl.DataFrame:
        """Return the story's exposures of one report type, columns as `SCHEMA`."""
        rows = [self._row(scene) for scene in self.scenes if scene.report_type == report_type]
        return pl.DataFrame(rows, schema=SCHEMA)

    def _row(self, scene: Scene) -> dict[str, object]:
        parents = {region.code: region.parent for region in self.constituency.regions}
        region = self.constituency.organisation(scene.owner).region if scene.owner else "linhai"
        city = region if parents[region] in (None, "linjiang") else str(parents[region])
        return {
            "token": int(hexadecimal(scene.name, 15), 16),
            "address": scene.address,
            "port": scene.port,
            "hostname": scene.hostname,
            "asn": scene.asn,
            "geo": "CN",
            "city": city.upper(),
            "sector": None,
            "owner": scene.owner,
            "opened": scene.opened,
            "closed": scene.closed,
            "sure": True,
            "family": scene.family,
            "host": scene.host,
            "path": scene.path,
        }


def host_of(constituency: Constituency, code: str, number: int) -> str:
    """Return the nth address of the first IPv4 prefix that an organisation registered."""
    assets = (one for one in constituency.assets if one.organisation == code and one.kind == "prefix")
    prefix = next(one.value for one in assets if ":" not in one.value)
    return str(ipaddress.IPv4Network(prefix)[number])


def story(constituency: Constituency, until: date) -> Story:
    """Put the cast on the stage."""
    return Story(constituency, until, (*_hospital_and_university(), *_owners(constituency), *_others(constituency)))


def _hospital_and_university() -> tuple[Scene, ...]:
    names = (MISLEADING_NAME, None)
    return (
        *(
            Scene(
                name=f"hospital {address}",
                report_type="scan_rdp",
                owner=cast.HOSPITAL,
                address=address,
                opened=HOSPITAL_OPENED,
                closed=HOSPITAL_GONE,
                hostname=name,
            )
            for address, name in zip(HOSPITAL_ADDRESSES, names, strict=True)
        ),
        *(
            Scene(
                name=f"university {family}",
                report_type="event4_sinkhole_http",
                owner=cast.UNIVERSITY,
                address=address,
                opened=opened,
                closed=closed,
                family=family,
                asn=cast.OWN_ASNS[cast.UNIVERSITY],
            )
            for family, (address, opened, closed) in FAMILY_DAYS.items()
        ),
        Scene(
            name="hosted school",
            report_type="compromised_website",
            owner=cast.HOSTED_SCHOOL,
            address=HOSTED_ADDRESS,
            opened=HOSTED_OPENED,
            host=f"www.{cast.HOSTED_SCHOOL}.anpu.example",
            path="/notice/old/index.php",
            hostname="shared-1.linjiang-university.example",
            asn=cast.OWN_ASNS[cast.UNIVERSITY],
        ),
    )


def _owners(constituency: Constituency) -> tuple[Scene, ...]:
    first, gone = RELAPSE_DAYS
    relapse = Scene(
        name="relapse",
        report_type="scan_mongodb",
        owner=cast.RELAPSING,
        address=host_of(constituency, cast.RELAPSING, 9),
        opened=first,
        closed=gone,
    )
    return (
        Scene(
            name="wrong owner",
            report_type="scan_snmp",
            owner=cast.WRONG_OWNER,
            address=WRONG_ADDRESS,
            opened=WRONG_OPENED,
            closed=WRONG_GONE,
        ),
        relapse,
        replace(relapse, name="relapse again", opened=RELAPSE_BACK, closed=NEVER),
        Scene(
            name="moved", report_type="scan_telnet", owner=cast.OLD_TENANT, address=MOVED_ADDRESS, opened=MOVED_OPENED
        ),
        Scene(name="claimed", report_type="scan_smb", owner=None, address=CLAIMED_ADDRESS, opened=CLAIMED_OPENED),
        Scene(
            name="grid",
            report_type="scan_mqtt_anon",
            owner=cast.POWER_GRID,
            address=GRID_ADDRESS,
            opened=GRID_OPENED,
            asn=cast.OWN_ASNS[cast.POWER_GRID],
        ),
    )


def _others(constituency: Constituency) -> tuple[Scene, ...]:
    first, gone = CONFIRMED_DAYS
    return (
        Scene(
            name="silent office",
            report_type="scan_elasticsearch",
            owner=cast.SILENT_OFFICE,
            address=host_of(constituency, cast.SILENT_OFFICE, 20),
            opened=SILENT_OPENED,
        ),
        Scene(
            name="sibling",
            report_type="scan_telnet",
            owner=cast.SIBLING,
            address=host_of(constituency, cast.SIBLING, 5),
            opened=SIBLING_OPENED,
        ),
        Scene(
            name="confirmed",
            report_type="event4_sinkhole_http",
            owner=cast.CONFIRMED,
            address=host_of(constituency, cast.CONFIRMED, 12),
            opened=first,
            closed=gone,
            family="paperlantern",
        ),
        Scene(
            name="dispute",
            report_type="scan_snmp",
            owner=cast.DISPUTING,
            address=host_of(constituency, cast.DISPUTING, 7),
            opened=DISPUTE_OPENED,
        ),
    )


def seen_facts(scene: Scene, calendar: Calendar) -> dict[str, object]:
    """Return what the files show of a scene."""
    return {
        "report_type": scene.report_type,
        "problem": PROBLEMS[scene.report_type],
        "organisation": scene.owner,
        "address": scene.address,
        "port": scene.port,
        "first_seen": calendar.text(scene.opened),
        "last_seen": calendar.text(min(scene.closed - 1, LAST)),
        "gone_from": calendar.text(scene.closed) if scene.closed <= LAST else None,
    }
