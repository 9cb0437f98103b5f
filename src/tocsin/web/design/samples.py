"""Invented material for the design page, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from tocsin.web.writing import is_chinese

_ZONE = ZoneInfo("Asia/Shanghai")
#: The Monday of the sketches.
NOW = datetime(2026, 11, 23, 7, 31, tzinfo=_ZONE)
#: Both must fit everywhere.
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebungskommission"
LONG_LINE = (
    "临江省清河县人民医院（清河县医疗共同体总院）信息科网络安全与数据保护办公室远程接入服务器集群（二期扩建工程）"
)


def say(english: str, chinese: str) -> str:
    """Choose the words of the reader's language. Samples stay out of the product's catalogue of messages."""
    return chinese if is_chinese(get_language() or "en") else english


def at(days_ago: int, clock: str) -> datetime:
    """Give a time some days before the sketches' Monday."""
    hour, minute = clock.split(":")
    return (NOW - timedelta(days=days_ago)).replace(hour=int(hour), minute=int(minute))


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """Hold one state of a component: its name, and how to make it from a tag that keeps the ids of its copies apart."""

    name: str
    make: Callable[[str], object]
    #: On paper, as it stands on a page.
    paper: bool = False


@dataclass(frozen=True, kw_only=True)
class Section:
    """Hold the states of one component."""

    id: str
    title: str
    specimens: tuple[Specimen, ...]
