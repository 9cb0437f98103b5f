"""The organisations and networks that the story needs at fixed places; everything else is laid out around them."""

HOSPITAL = "qinghe-hospital"
WATER = "baishan-water"
UNIVERSITY = "linjiang-university"
SILENT_OFFICE = "xialing-education-bureau"
SIBLING = "xialing-exam-office"
WRONG_OWNER = "anlan-gas"
RIGHT_OWNER = "anlan-wastewater"
RELAPSING = "fenglu-cdc"
OLD_TENANT = "luwei-vocational"
NEW_TENANT = "luwei-teachers"
HOSTED_SCHOOL = "anlan-school-1"
CLAIMANT = "heqi-heating"
CONFIRMED = "songpo-tcm-hospital"
DISPUTING = "maiqu-health-bureau"
POWER_GRID = "linjiang-power-grid"

#: Organisation -> its main prefix, where the story fixes it.
FIXED_PREFIXES = {HOSPITAL: "198.18.40.0/25", UNIVERSITY: "198.18.128.0/22"}
#: Prefixes that the layout must leave alone: the fixed ones, and those that change hands or are disputed.
WRONG_PREFIX = "198.18.77.32/28"
MOVED_PREFIX = "198.18.90.0/27"
CLAIMED_PREFIX = "198.18.99.64/28"
#: Nobody's prefix, announced by the power grid's own AS number.
GRID_NETWORK = "198.19.24.0/24"
RESERVED = (
    "198.18.40.0/24",
    "198.18.77.0/24",
    "198.18.90.0/24",
    "198.18.99.0/24",
    "198.18.128.0/22",
    GRID_NETWORK,
)
#: Organisations with an AS number of their own.
OWN_ASNS = {UNIVERSITY: 64500, POWER_GRID: 64501, "linjiang-hospital": 64502, "linjiang-gas-pipelines": 64503}
#: The story alone says what is seen at these: nothing happens there by chance.
QUIET_CAST = (HOSPITAL, WATER, UNIVERSITY, SILENT_OFFICE)
#: The day of the history at whose 00:00 `MOVED_PREFIX` passed to its new tenant.
MOVED_ON = 47
