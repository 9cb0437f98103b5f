"""How much of each report type the province gets, and how long what is reported lives."""

from dataclasses import dataclass
from typing import Literal

from bench.province.days import LAST

Shape = Literal["scan", "infection", "attack", "website", "download", "listed"]


@dataclass(frozen=True)
class Volume:
    """One report type: what the product calls its problem, its usual rows and the life of what it shows."""

    report_type: str
    problem: str
    severity: str
    shape: Shape
    protocol: str
    ports: tuple[int, ...]
    #: How many are open on any day, owned or not.
    stock: int
    #: Mean life in days.
    life_days: float
    #: Share of the first day's stock that is never fixed.
    lasting: float = 0.06
    #: Only organisations of these sectors have it; empty: all.
    sectors: tuple[str, ...] = ()


VOLUMES = (
    Volume("scan_rdp", "open-rdp", "high", "scan", "tcp", (3389, 3389, 3389, 3390, 33890), 150, 22),
    Volume("scan_smb", "open-smb", "high", "scan", "tcp", (445,), 45, 24),
    Volume("scan_telnet", "open-telnet", "medium", "scan", "tcp", (23, 23, 2323), 45, 26),
    Volume("scan_snmp", "open-snmp", "high", "scan", "udp", (161,), 46, 26),
    Volume("scan_dns", "open-dns-resolver", "medium", "scan", "udp", (53,), 60, 24),
    Volume("scan_mongodb", "open-mongodb", "high", "scan", "tcp", (27017,), 24, 20),
    Volume("scan_elasticsearch", "open-elasticsearch", "high", "scan", "tcp", (9200,), 22, 20),
    Volume("scan_mqtt_anon", "open-mqtt", "high", "scan", "tcp", (1883, 8883), 18, 24),
    Volume("scan_ssl_poodle", "tls-poodle", "low", "scan", "tcp", (443, 8443), 60, 40, 0.12),
    Volume(
        "scan_ics", "exposed-control-system", "high", "scan", "tcp", (502, 102), 14, 26, 0.1, sectors=("utilities",)
    ),
    Volume("event4_sinkhole_http", "malware-infection", "critical", "infection", "tcp", (80,), 40, 14, 0.02),
    Volume(
        "event4_honeypot_brute_force", "brute-force-source", "critical", "attack", "tcp", (22, 22, 23), 28, 12, 0.02
    ),
    Volume("event6_sinkhole_http", "malware-infection", "critical", "infection", "tcp", (80,), 9, 20, 0.05),
    Volume("compromised_website", "compromised-website", "critical", "website", "tcp", (80,), 10, 18, 0.05),
    Volume("malware_url", "malware-distribution", "critical", "download", "tcp", (80,), 9, 12, 0.05),
    Volume("blocklist", "blocklisted-address", "low", "listed", "", (0,), 26, 20, 0.1),
)

#: The second source's only type; nobody else delivers it, so its silence leaves those findings untested.
CITY_DESK = Volume("scan_http_vulnerable", "unencrypted-web-login", "medium", "scan", "tcp", (80, 8080), 24, 30, 0.1)
#: The city desk's files stop after this day: five days of silence on the Monday.
CITY_DESK_LAST_DAY = LAST - 5

#: The census comes on these Mondays only. It is inventory, of which nobody is told: as large as it is, and although
#: on most days there is none, no gate has a reason to hold it.
CENSUS_DAYS = (LAST - 28, LAST - 21, LAST - 14, LAST - 7, LAST)
#: Share of a census that is still there a week later.
CENSUS_STAYS = 0.75
CENSUS = Volume("population_http_proxy", "http-proxy-seen", "low", "scan", "tcp", (3128, 8080, 8888, 1080), 0, 0)
CENSUS_SIZES = (17_000, 19_000, 21_500, 24_500, 30_500)

#: A type that no product knows yet, on the last Monday only.
NEWTHING = Volume("scan_newthing", "unknown-report-type:scan_newthing", "medium", "scan", "tcp", (7443,), 0, 0)
NEWTHING_ROWS = 45

#: The flood: on the Monday this type has so many times its median of the 28 days before.
FLOOD_TYPE, FLOOD_TIMES = "scan_rdp", 6
#: A fault of the scanner: one day of a type at nearly four times its usual size, gone the next day.
FAULT_TYPE, FAULT_DAY, FAULT_EXTRA = "scan_dns", 50, 155

#: Report type -> its volume, and what the product calls its problem.
VOLUME = {volume.report_type: volume for volume in (*VOLUMES, CITY_DESK, NEWTHING, CENSUS)}
PROBLEMS = {name: volume.problem for name, volume in VOLUME.items()}
