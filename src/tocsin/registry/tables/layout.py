"""The sheets of an import file: columns, the names people give them, and what a read file becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl


class Sheet(StrEnum):
    """One table of the registry: a sheet of a workbook, or a CSV file of that name; none points to a later one."""

    REGIONS = "regions"
    SECTORS = "sectors"
    COORDINATORS = "coordinators"
    ORGANISATIONS = "organisations"
    CONTACTS = "contacts"
    ASSETS = "assets"


#: What organisations point to. Known by their title alone: their columns are too much alike.
REFERENCE_SHEETS = (Sheet.REGIONS, Sheet.SECTORS, Sheet.COORDINATORS)

MOMENT = pl.Datetime("us", "UTC")

#: What a checked table holds; the order is that of an exported file.
SCHEMAS: Mapping[Sheet, Mapping[str, pl.DataType | type[pl.DataType]]] = {
    Sheet.REGIONS: {"code": pl.String, "parent": pl.String, "name_en": pl.String, "name_zh": pl.String},
    Sheet.SECTORS: {"code": pl.String, "name_en": pl.String, "name_zh": pl.String},
    Sheet.COORDINATORS: {
        "code": pl.String,
        "parent": pl.String,
        "name_en": pl.String,
        "name_zh": pl.String,
        "region": pl.String,
        "sector": pl.String,
    },
    Sheet.ORGANISATIONS: {
        "code": pl.String,
        "name_en": pl.String,
        "name_zh": pl.String,
        "sector": pl.String,
        "region": pl.String,
        "tier": pl.Int16,
        "critical": pl.Boolean,
        "coordinator": pl.String,
        "sector_coordinator": pl.String,
        "language": pl.String,
    },
    Sheet.CONTACTS: {
        "organisation": pl.String,
        "role": pl.String,
        "name": pl.String,
        "email": pl.String,
        "phone": pl.String,
        "language": pl.String,
    },
    Sheet.ASSETS: {
        "organisation": pl.String,
        "kind": pl.String,
        "value": pl.String,
        "valid_from": MOMENT,
        "valid_until": MOMENT,
        "state": pl.String,
        "note": pl.String,
    },
}

#: What makes two rows the same thing.
KEYS: Mapping[Sheet, tuple[str, ...]] = {
    **dict.fromkeys(REFERENCE_SHEETS, ("code",)),
    Sheet.ORGANISATIONS: ("code",),
    Sheet.CONTACTS: ("organisation", "role", "email"),
    Sheet.ASSETS: ("organisation", "kind", "value", "valid_from"),
}

#: Columns that a file must have; the others mean their default where they are absent.
NEEDED: Mapping[Sheet, tuple[str, ...]] = {
    **dict.fromkeys(REFERENCE_SHEETS, ("code",)),
    Sheet.ORGANISATIONS: ("code", "sector", "region", "coordinator"),
    Sheet.CONTACTS: ("organisation", "role", "email"),
    Sheet.ASSETS: ("organisation", "value"),
}

#: Longest text that the database takes, in characters.
LENGTHS = {
    "code": 64,
    "name_en": 300,
    "name_zh": 300,
    "name": 200,
    "email": 254,
    "phone": 64,
    "value": 2048,
    "note": 500,
}
#: Of the reference sheets: shorter, for they stand in lists to choose from.
REFERENCE_LENGTHS = LENGTHS | {"code": 32, "name_en": 200, "name_zh": 200}

SHEET_NAMES = {
    Sheet.REGIONS: ("regions", "region", "地区", "区域"),
    Sheet.SECTORS: ("sectors", "sector", "行业"),
    Sheet.COORDINATORS: ("coordinators", "coordinator", "协调机构"),
    Sheet.ORGANISATIONS: ("organisations", "organizations", "organisation", "organization", "单位", "组织", "机构"),
    Sheet.CONTACTS: ("contacts", "contact", "联系人", "联系方式"),
    Sheet.ASSETS: ("assets", "asset", "资产"),
}

_REFERENCE_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("代码", "编码"),
    "parent": ("上级", "上级代码"),
    "name_en": ("name", "英文名称", "英文名"),
    "name_zh": ("名称", "中文名称", "中文名"),
}

HEADINGS: Mapping[Sheet, Mapping[str, tuple[str, ...]]] = {
    Sheet.REGIONS: _REFERENCE_HEADINGS,
    Sheet.SECTORS: {name: others for name, others in _REFERENCE_HEADINGS.items() if name != "parent"},
    Sheet.COORDINATORS: {**_REFERENCE_HEADINGS, "region": ("地区", "地区代码", "区域"), "sector": ("行业", "行业代码")},
    Sheet.ORGANISATIONS: {
        "code": ("organisation", "organization", "代码", "编码", "单位代码", "统一社会信用代码"),
        "name_en": ("name", "英文名称", "英文名"),
        "name_zh": ("名称", "单位名称", "中文名称", "中文名"),
        "sector": ("行业", "行业代码"),
        "region": ("地区", "地区代码", "区域"),
        "tier": ("等级", "级别"),
        "critical": ("关键信息基础设施", "关基"),
        "coordinator": ("协调机构", "主管单位"),
        "sector_coordinator": ("行业协调机构", "行业主管部门"),
        "language": ("语言",),
    },
    Sheet.CONTACTS: {
        "organisation": ("organization", "code", "单位代码", "单位", "代码"),
        "role": ("角色", "职责"),
        "name": ("姓名", "联系人"),
        "email": ("e_mail", "mail", "邮箱", "电子邮箱", "电子邮件"),
        "phone": ("telephone", "tel", "电话", "手机", "联系电话"),
        "language": ("语言",),
    },
    Sheet.ASSETS: {
        "organisation": ("organization", "code", "单位代码", "单位", "代码"),
        "kind": ("type", "类型", "资产类型"),
        "value": ("asset", "资产", "值", "资产值"),
        "valid_from": ("from", "生效日期", "开始日期", "起始日期"),
        "valid_until": ("until", "to", "失效日期", "结束日期", "截止日期"),
        "state": ("status", "状态"),
        "note": ("notes", "remark", "remarks", "备注", "说明"),
    },
}


@dataclass(frozen=True, kw_only=True, order=True)
class BadRow:
    """One fault of an import file. `line` is the line in a CSV file, the row in a sheet; 0 for the file as a whole."""

    file: str
    sheet: str
    line: int
    column: str
    value: str
    #: A sentence that says what is wrong and what would be right.
    reason: str


@dataclass(frozen=True, kw_only=True)
class References:
    """What the registry knows and a file may point to."""

    sectors: frozenset[str]
    regions: frozenset[str]
    coordinators: frozenset[str]
    #: What stands above a region or a coordinator, where something does; a file may turn the tree round.
    region_parents: Mapping[str, str] = field(default_factory=dict)
    coordinator_parents: Mapping[str, str] = field(default_factory=dict)
    #: Codes of the organisations that are there already, each with its language.
    organisations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The registry's tables, columns as in SCHEMAS; `current` ones may have a column `id` more.

    `given` names the columns that a file really had, by sheet: what it does not mention it does not change.
    """

    organisations: pl.DataFrame
    contacts: pl.DataFrame
    assets: pl.DataFrame
    regions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMAS[Sheet.REGIONS]))
    sectors: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMAS[Sheet.SECTORS]))
    coordinators: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMAS[Sheet.COORDINATORS]))
    given: Mapping[Sheet, frozenset[str]] = field(
        default_factory=lambda: {sheet: frozenset(schema) for sheet, schema in SCHEMAS.items()}
    )

    def of(self, sheet: Sheet) -> pl.DataFrame:
        """Give the table of a sheet."""
        table: pl.DataFrame = getattr(self, sheet)
        return table
