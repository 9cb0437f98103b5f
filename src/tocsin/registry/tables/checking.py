"""Raw sheets into typed tables: every fault of every row found and named, set-wise."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import polars as pl

from tocsin.kernel.words import Language
from tocsin.registry.rules import TIERS, AssetKind, AssetState, ContactRole
from tocsin.registry.tables.bench import Bench, Words
from tocsin.registry.tables.layout import (
    LENGTHS,
    NEEDED,
    REFERENCE_LENGTHS,
    REFERENCE_SHEETS,
    SCHEMAS,
    BadRow,
    References,
    Sheet,
    Tables,
)
from tocsin.registry.tables.reading import Raw, read_sheets

#: Patterns that Python and Polars read alike.
CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
EMAIL = r"^[^\s@\"(),:;<>\[\]\\]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$"
CONTROL = r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"

_YES_NO: Words = dict.fromkeys(("true", "yes", "y", "1", "是"), "true") | dict.fromkeys(
    ("false", "no", "n", "0", "否"), "false"
)
_LANGUAGES: Words = {word: word for word in Language} | {
    "english": Language.ENGLISH,
    "英文": Language.ENGLISH,
    "zh": Language.CHINESE,
    "zh-cn": Language.CHINESE,
    "chinese": Language.CHINESE,
    "中文": Language.CHINESE,
}
_ROLES: Words = {word: word for word in ContactRole} | {
    "安全": ContactRole.SECURITY,
    "滥用": ContactRole.ABUSE,
    "应急": ContactRole.EMERGENCY,
    "管理": ContactRole.MANAGEMENT,
}
_KINDS: Words = {word: word for word in AssetKind} | {
    "ip": AssetKind.PREFIX,
    "network": AssetKind.PREFIX,
    "网段": AssetKind.PREFIX,
    "自治系统": AssetKind.ASN,
    "域名": AssetKind.DOMAIN,
    "主机": AssetKind.HOST,
    "网址": AssetKind.URL,
}
_STATES: Words = {word: word for word in AssetState} | {
    "申报": AssetState.CLAIMED,
    "已证实": AssetState.PROVEN,
    "录入": AssetState.ENTERED,
    "驳回": AssetState.REJECTED,
}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a set of files comes to. A row with a fault is in no table."""

    tables: Tables
    #: By file, sheet, line.
    bad: list[BadRow]
    #: Odd and taken: private addresses and the like.
    doubtful: list[BadRow]


def read_tables(files: Mapping[str, bytes], references: References, *, zone: str = "UTC") -> Checked:
    """Read and check import files: CSV, workbooks, zips of CSV, by name.

    Args:
        references: what the registry knows; what the same files hold is known besides.
        zone: where a date without a time begins.
    """
    sheets, faults = read_sheets(files)
    benches = {sheet: _bench(raw, faults) for sheet, raw in sheets.items()}
    languages, faulty = dict(references.organisations), frozenset[str]()
    tables = {sheet: pl.DataFrame(schema=schema) for sheet, schema in SCHEMAS.items()}
    references = _check_references(benches, references, tables)
    if (bench := benches.get(Sheet.ORGANISATIONS)) is not None:
        _check_organisations(bench, references)
        tables[Sheet.ORGANISATIONS] = good = bench.good(Sheet.ORGANISATIONS)
        languages |= dict(good.select("code", "language").iter_rows())
        faulty = frozenset(bench.frame["code"].drop_nulls()) - languages.keys()
    if (bench := benches.get(Sheet.CONTACTS)) is not None:
        _check_contacts(bench, languages, faulty)
        tables[Sheet.CONTACTS] = bench.good(Sheet.CONTACTS)
    doubtful: list[BadRow] = []
    if (bench := benches.get(Sheet.ASSETS)) is not None:
        doubtful = _check_assets(bench, languages, faulty, ZoneInfo(zone))
        tables[Sheet.ASSETS] = bench.good(Sheet.ASSETS)
    given = {sheet: frozenset(raw.frame.columns) - {"_line"} for sheet, raw in sheets.items()}
    whole = [row for row in faults if row.sheet not in benches]
    return Checked(
        tables=Tables(**{str(sheet): table for sheet, table in tables.items()}, given=given),
        bad=sorted({*whole, *(row for bench in benches.values() for row in bench.bad)}),
        doubtful=sorted(doubtful),
    )


def _bench(raw: Raw, faults: list[BadRow]) -> Bench:
    """Lay a sheet out: absent columns empty, and the faults that any sheet can have."""
    absent = [column for column in SCHEMAS[raw.sheet] if column not in raw.frame.columns]
    frame = raw.frame.with_columns(pl.lit(None, pl.String).alias(column) for column in absent)
    bench = Bench(raw=raw, frame=frame, bad=[row for row in faults if row.sheet == raw.sheet])
    for column in NEEDED[raw.sheet]:
        bench.refuse(column, pl.col(column).is_null(), "It is empty.")
    for column in raw.frame.drop("_line").columns:
        bench.refuse(column, pl.col(column).str.contains(CONTROL), "It holds invisible control characters.")
        lengths = REFERENCE_LENGTHS if raw.sheet in REFERENCE_SHEETS else LENGTHS
        if (most := lengths.get(column)) is not None:
            bench.refuse(column, pl.col(column).str.len_chars() > most, f"It is longer than {most} characters.")
    return bench


def _check_references(
    benches: Mapping[Sheet, Bench], references: References, tables: dict[Sheet, pl.DataFrame]
) -> References:
    """Check regions, sectors and coordinators into `tables`; give what is known with them."""
    if (bench := benches.get(Sheet.REGIONS)) is not None:
        _check_named(bench)
        bench.tree(references.regions, references.region_parents)
        tables[Sheet.REGIONS] = bench.good(Sheet.REGIONS)
    if (bench := benches.get(Sheet.SECTORS)) is not None:
        _check_named(bench)
        tables[Sheet.SECTORS] = bench.good(Sheet.SECTORS)
    regions = references.regions | frozenset(tables[Sheet.REGIONS]["code"])
    sectors = references.sectors | frozenset(tables[Sheet.SECTORS]["code"])
    if (bench := benches.get(Sheet.COORDINATORS)) is not None:
        _check_named(bench)
        bench.tree(references.coordinators, references.coordinator_parents)
        bench.codes("region", regions)
        bench.codes("sector", sectors)
        tables[Sheet.COORDINATORS] = bench.good(Sheet.COORDINATORS)
    coordinators = references.coordinators | frozenset(tables[Sheet.COORDINATORS]["code"])
    return replace(references, regions=regions, sectors=sectors, coordinators=coordinators)


def _check_named(bench: Bench) -> None:
    """Check code and names."""
    bench.refuse("code", ~pl.col("code").str.contains(CODE), "A code is made of A-Z, a-z, 0-9, '.', '_' and '-'.")
    bench.refuse("name_en", pl.col("name_en").is_null() & pl.col("name_zh").is_null(), "It has no name.")
    bench.once("code")
    bench.frame = bench.frame.with_columns(pl.col("name_en", "name_zh").fill_null(""))


def _check_organisations(bench: Bench, references: References) -> None:
    _check_named(bench)
    bench.codes("sector", references.sectors)
    bench.codes("region", references.regions)
    bench.codes("coordinator", references.coordinators)
    bench.codes("sector_coordinator", references.coordinators)
    bench.words("tier", {str(tier): str(tier) for tier in TIERS}, str(TIERS[-1]))
    bench.words("critical", _YES_NO, "false")
    bench.words("language", _LANGUAGES, Language.CHINESE)
    bench.frame = bench.frame.with_columns(pl.col("critical") == "true")


def _check_organisation(bench: Bench, languages: Words, faulty: Collection[str]) -> None:
    """Check that the organisation of a contact or an asset is there."""
    code = pl.col("organisation")
    bench.refuse("organisation", code.is_in(list(faulty)), "Its organisation has a fault of its own; mend that first.")
    unknown = ~code.is_in([*languages, *faulty])
    bench.refuse("organisation", unknown, "No organisation of this code is in the file or the registry.")


def _check_contacts(bench: Bench, languages: Words, faulty: Collection[str]) -> None:
    _check_organisation(bench, languages, faulty)
    bench.words("role", _ROLES, None)
    bench.refuse("email", ~pl.col("email").str.contains(EMAIL), "It is no e-mail address such as soc@example.org.")
    parts = pl.col("email").str.splitn("@", 2).struct
    # Case means nothing in the domain; in front of it only the receiver knows (RFC 5321, section 2.4).
    email = parts.field("field_0") + "@" + parts.field("field_1").str.to_lowercase()
    bench.frame = bench.frame.with_columns(email.alias("email"))
    bench.words("language", _LANGUAGES, None)
    bench.once("organisation", "role", "email")
    own = pl.col("organisation").replace_strict(dict(languages), default=None, return_dtype=pl.String)
    bench.frame = bench.frame.with_columns(pl.col("language").fill_null(own), pl.col("name", "phone").fill_null(""))


def _check_assets(bench: Bench, languages: Words, faulty: Collection[str], zone: ZoneInfo) -> list[BadRow]:
    _check_organisation(bench, languages, faulty)
    bench.words("kind", _KINDS, None)
    bench.words("state", _STATES, AssetState.ENTERED)
    bench.moments("valid_from", zone)
    bench.moments("valid_until", zone)
    bench.refuse("valid_until", pl.col("valid_until") <= pl.col("valid_from"), "It must come after valid_from.")
    doubtful = bench.assets()
    bench.once("organisation", "kind", "value", "valid_from")
    bench.frame = bench.frame.with_columns(pl.col("note").fill_null(""))
    return doubtful
