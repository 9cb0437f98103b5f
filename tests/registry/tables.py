"""Import files and registries of the table tests."""

from collections.abc import Mapping, Sequence

import polars as pl

from tocsin.registry.tables import SCHEMAS, References, Sheet, Tables

REFERENCES = References(
    sectors=frozenset({"health", "education"}),
    regions=frozenset({"east", "west"}),
    coordinators=frozenset({"province", "east-desk", "health-desk"}),
    organisations={"old": "en"},
)
ORGANISATIONS = (
    "code,name_en,name_zh,sector,region,tier,critical,coordinator,sector_coordinator,language\n"
    "h1,County Hospital,县医院,health,east,1,yes,east-desk,health-desk,zh-hans\n"
    "u1,West University,,education,west,2,no,province,,en\n"
)
CONTACTS = (
    "organisation,role,name,email,phone,language\n"
    "h1,security,Li Lei,soc@H1.example,+86 10 8888 6666,zh-hans\n"
    "u1,abuse,,abuse@u1.example,,\n"
)
ASSETS = (
    "organisation,kind,value,valid_from,valid_until,state,note\n"
    "h1,prefix,20.1.0.0/16,2026-03-01,,entered,main site\n"
    "h1,,h1.example.org,,,,\n"
    "u1,asn,3333,2026-03-01T08:30:00Z,2027-01-01,proven,\n"
)
FILES = {
    "organisations.csv": ORGANISATIONS.encode(),
    "contacts.csv": CONTACTS.encode(),
    "assets.csv": ASSETS.encode(),
}


def tables(**rows: Sequence[Mapping[str, object]]) -> Tables:
    """Make tables of rows; what a row does not name is null."""

    def frame(sheet: Sheet) -> pl.DataFrame:
        return pl.DataFrame(list(rows.get(sheet, ())), schema=dict(SCHEMAS[sheet]))

    return Tables(
        regions=frame(Sheet.REGIONS),
        sectors=frame(Sheet.SECTORS),
        coordinators=frame(Sheet.COORDINATORS),
        organisations=frame(Sheet.ORGANISATIONS),
        contacts=frame(Sheet.CONTACTS),
        assets=frame(Sheet.ASSETS),
    )
