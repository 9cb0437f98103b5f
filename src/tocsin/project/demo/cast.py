"""Who signs in to the demo, and with which password."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.access.permissions import Role
from tocsin.kernel.words import Language


@dataclass(frozen=True, kw_only=True)
class Part:
    """One who signs in."""

    email: str
    password: str
    name: str
    role: Role
    #: Code of the organisation; empty: the desk.
    organisation: str
    language: Language
    #: Who this is, as the table of log-ins says it.
    said_en: str
    said_zh: str


CAST: Sequence[Part] = (
    Part(
        email="coordinator@desk.linjiang.example",
        password="linjiang-coordinator",
        name="Shen Lan",
        role=Role.COORDINATOR,
        organisation="",
        language=Language.ENGLISH,
        said_en="Coordinator of the province",
        said_zh="省级协调员",
    ),
    Part(
        email="analyst@desk.linjiang.example",
        password="linjiang-analyst",
        name="何静",
        role=Role.ANALYST,
        organisation="",
        language=Language.CHINESE,
        said_en="Analyst at the desk",
        said_zh="省级分析员",
    ),
    Part(
        email="manager@qinghe-hospital.xialing.example",
        password="linjiang-hospital",
        name="周敏",
        role=Role.ORGANISATION_MANAGER,
        organisation="qinghe-hospital",
        language=Language.CHINESE,
        said_en="Qinghe County Hospital: said fixed twice",
        said_zh="清河县医院：两次称已修复",
    ),
    Part(
        email="member@education-bureau.xialing.example",
        password="linjiang-office",
        name="Tang Yue",
        role=Role.ORGANISATION_MEMBER,
        organisation="xialing-education-bureau",
        language=Language.ENGLISH,
        said_en="Education Bureau, Xialing: never answers",
        said_zh="夏陵教育局：从未答复",
    ),
    Part(
        email="member@exam-office.xialing.example",
        password="linjiang-sibling",
        name="罗川",
        role=Role.ORGANISATION_MEMBER,
        organisation="xialing-exam-office",
        language=Language.CHINESE,
        said_en="Examination Office, its sibling: sees only its own",
        said_zh="夏陵考试中心：同级单位，只见自己的",
    ),
)
COORDINATOR, ANALYST = CAST[:2]
