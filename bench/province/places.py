"""The fictional province of Linjiang: four cities, forty counties and districts, three sectors, and who coordinates."""

from dataclasses import dataclass

PROVINCE = "linjiang"
PROVINCE_EN, PROVINCE_ZH = "Linjiang", "临江"


@dataclass(frozen=True, kw_only=True)
class Region:
    """A province, city, county or district; `short_zh` is the name without its rank, as organisations use it."""

    code: str
    parent: str | None
    name_en: str
    name_zh: str
    short_en: str
    short_zh: str


@dataclass(frozen=True, kw_only=True)
class Sector:
    """A sector and the body that coordinates it."""

    code: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, kw_only=True)
class Coordinator:
    """A desk of the tree, or a body for one sector across the tree."""

    code: str
    parent: str | None
    name_en: str
    name_zh: str
    region: str
    sector: str | None


#: City -> its name, then its counties; the first three of each are districts.
_CITIES = {
    "linhai 临海": "wangchao 望潮 shayu 沙屿 beituo 北沱 fanying 帆影 yantan 盐滩"
    " luwei 芦苇 huiwan 回湾 dengyu 灯屿 chaoyin 潮音 haoge 浩歌",
    "xialing 夏陵": "lingxi 陵溪 songpo 松坡 xinlu 新麓 qinghe 清河 zhuyuan 竹垣"
    " tingquan 听泉 shibei 石碑 baitang 白棠 huangli 黄栎 muxi 木犀",
    "yunting 云汀": "yunpo 云陂 ludi 鹭堤 heqi 鹤栖 baishan 柏山 qingzhu 青渚"
    " jiehe 界荷 yinzhu 银杼 fenglu 枫露 yanhui 雁回 chunze 春泽",
    "anpu 安浦": "anlan 安澜 dongji 东霁 nanqi 南畦 xiyao 西窑 dumo 渡墨"
    " cangshui 沧水 shuangyu 双榆 tianlu 田麓 jinhui 锦回 maiqu 麦渠",
}
_DISTRICTS_A_CITY = 3

SECTORS = (
    Sector(code="health", name_en="Health", name_zh="卫生健康"),
    Sector(code="education", name_en="Education", name_zh="教育"),
    Sector(code="utilities", name_en="Energy and water utilities", name_zh="能源水务"),
)


def _regions() -> tuple[Region, ...]:
    found = [
        Region(
            code=PROVINCE,
            parent=None,
            name_en="Linjiang Province",
            name_zh="临江省",
            short_en=PROVINCE_EN,
            short_zh=PROVINCE_ZH,
        )
    ]
    for city, counties in _CITIES.items():
        code, name = city.split()
        short = code.capitalize()
        found.append(
            Region(
                code=code, parent=PROVINCE, name_en=f"{short} City", name_zh=f"{name}市", short_en=short, short_zh=name
            )
        )
        words = counties.split()
        for number, (county, zh) in enumerate(zip(words[::2], words[1::2], strict=True)):
            rank_en, rank_zh = ("District", "区") if number < _DISTRICTS_A_CITY else ("County", "县")
            short = county.capitalize()
            found.append(
                Region(
                    code=county,
                    parent=code,
                    name_en=f"{short} {rank_en}",
                    name_zh=f"{zh}{rank_zh}",
                    short_en=short,
                    short_zh=zh,
                )
            )
    return tuple(found)


REGIONS = _regions()
CITIES = tuple(region for region in REGIONS if region.parent == PROVINCE)
COUNTIES = tuple(region for region in REGIONS if region.parent not in (None, PROVINCE))

COORDINATORS = (
    Coordinator(
        code="desk-linjiang",
        parent=None,
        name_en="Province desk, Linjiang",
        name_zh="临江省网络安全协调中心",
        region=PROVINCE,
        sector=None,
    ),
    *(
        Coordinator(
            code=f"desk-{city.code}",
            parent="desk-linjiang",
            name_en=f"City desk, {city.short_en}",
            name_zh=f"{city.name_zh}网络安全协调中心",
            region=city.code,
            sector=None,
        )
        for city in CITIES
    ),
    Coordinator(
        code="health-commission",
        parent=None,
        name_en="Health Commission, Linjiang",
        name_zh="临江省卫生健康委员会",
        region=PROVINCE,
        sector="health",
    ),
    Coordinator(
        code="education-department",
        parent=None,
        name_en="Education Department, Linjiang",
        name_zh="临江省教育厅",
        region=PROVINCE,
        sector="education",
    ),
    Coordinator(
        code="energy-bureau",
        parent=None,
        name_en="Energy Bureau, Linjiang",
        name_zh="临江省能源局",
        region=PROVINCE,
        sector="utilities",
    ),
)
SECTOR_COORDINATOR = {c.sector: c.code for c in COORDINATORS if c.sector}
