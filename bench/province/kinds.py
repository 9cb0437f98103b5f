"""The kinds of organisation that every county, every city and the province has, and what they are like."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of organisation; `{r}` in a name is the region with its rank, `{s}` the region's bare name."""

    code: str
    sector: str
    name_en: str
    name_zh: str
    #: 1 (largest consequences) to 3.
    tier: int
    critical: bool
    #: Length of its IPv4 prefix.
    length: int


COUNTY_KINDS = (
    Kind("hospital", "health", "{r} Hospital", "{r}医院", 2, True, 25),
    Kind("tcm-hospital", "health", "{s} Hospital of Traditional Medicine", "{r}中医医院", 3, False, 26),
    Kind("children", "health", "{s} Maternity and Children's Hospital", "{r}妇幼保健院", 3, False, 26),
    Kind("cdc", "health", "{s} Centre for Disease Control", "{r}疾病预防控制中心", 2, False, 27),
    Kind("health-bureau", "health", "Health Bureau, {s}", "{r}卫生健康局", 2, False, 26),
    Kind("education-bureau", "education", "Education Bureau, {r}", "{r}教育局", 2, False, 26),
    Kind("school-1", "education", "{s} No. 1 Middle School", "{s}第一中学", 3, False, 25),
    Kind("school-2", "education", "{s} No. 2 Middle School", "{s}第二中学", 3, False, 25),
    Kind("vocational", "education", "{s} Vocational School", "{s}职业学校", 3, False, 25),
    Kind("teachers", "education", "{s} Teacher Training School", "{s}教师进修学校", 3, False, 27),
    Kind("water", "utilities", "{s} Water Company", "{s}供水公司", 2, True, 26),
    Kind("power", "utilities", "{s} Power Company", "{s}供电公司", 2, True, 25),
    Kind("gas", "utilities", "{s} Gas Company", "{s}燃气公司", 2, False, 27),
    Kind("wastewater", "utilities", "{s} Wastewater Works", "{s}污水处理厂", 3, False, 27),
    Kind("heating", "utilities", "{s} Heating Company", "{s}供热公司", 3, False, 27),
)
CITY_KINDS = (
    Kind("hospital", "health", "{s} People's Hospital", "{r}人民医院", 1, True, 24),
    Kind("emergency", "health", "{s} Emergency Centre", "{r}急救中心", 1, True, 26),
    Kind("blood", "health", "{s} Blood Centre", "{r}中心血站", 2, True, 27),
    Kind("university", "education", "{s} University", "{s}大学", 2, False, 22),
    Kind("education-bureau", "education", "Education Bureau, {s}", "{s}教育局", 2, False, 25),
    Kind("exam-office", "education", "Examination Office, {s}", "{s}考试中心", 2, False, 26),
    Kind("power-group", "utilities", "{s} Power Group", "{s}电力集团", 1, True, 24),
    Kind("water-group", "utilities", "{s} Water Group", "{s}水务集团", 1, True, 25),
)
PROVINCE_KINDS = (
    Kind("university", "education", "Linjiang University", "临江大学", 2, False, 22),
    Kind("medical-university", "education", "Linjiang Medical University", "临江医科大学", 2, False, 23),
    Kind("examinations", "education", "Linjiang Examinations Authority", "临江省教育考试院", 1, True, 25),
    Kind("hospital", "health", "Linjiang Provincial Hospital", "临江省人民医院", 1, True, 23),
    Kind("cdc", "health", "Linjiang Centre for Disease Control", "临江省疾病预防控制中心", 1, True, 25),
    Kind("power-grid", "utilities", "Linjiang Power Grid", "临江电网公司", 1, True, 23),
    Kind("water-authority", "utilities", "Linjiang Water Authority", "临江省水务局", 1, True, 25),
    Kind("gas-pipelines", "utilities", "Linjiang Gas Pipelines", "临江天然气管网公司", 1, True, 25),
)
