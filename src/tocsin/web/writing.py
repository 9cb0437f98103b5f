"""How numbers, times and sizes are written, in English and in Chinese. Pure: zone, language and `now` are arguments."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

NOTHING = "\u2013"
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_ZH = "一二三四五六日"
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
#: (seconds, English, English plural, Chinese)
_UNITS = ((_DAY, "day", "days", "天"), (_HOUR, "hour", "hours", "小时"), (_MINUTE, "minute", "minutes", "分钟"))
_KILO = 1000


def is_chinese(language: str) -> bool:
    """Tell whether a language code means Chinese."""
    return language.lower().startswith("zh")


def thousands(value: float | Decimal | None, *, decimals: int = 0) -> str:
    """Write a number as `3,482`; both languages group by three here, as the state's statistics do in tables."""
    return NOTHING if value is None else f"{value:,.{decimals}f}".replace("-", "\u2212")


def percent(share: float | None, *, decimals: int = 0) -> str:
    """Write a share (0 to 1) as `42 %`."""
    return NOTHING if share is None else f"{thousands(100 * share, decimals=decimals)}\u00a0%"


def day(value: date, *, language: str, today: date) -> str:
    """Write a day as `Mon 23 Nov`, `11 月 23 日`; with the year when it is not this one. Local already."""
    other_year = value.year != today.year
    if is_chinese(language):
        return (f"{value.year} 年 " if other_year else "") + f"{value.month} 月 {value.day} 日"
    return f"{_DAYS_EN[value.weekday()][:3]} {value.day} {_MONTHS_EN[value.month - 1]}" + (
        f" {value.year}" if other_year else ""
    )


def long_day(value: date, *, language: str) -> str:
    """Write a day in full as `Monday 23 November 2026`, `2026 年 11 月 23 日 星期一`."""
    if is_chinese(language):
        return f"{value.year} 年 {value.month} 月 {value.day} 日 星期{_DAYS_ZH[value.weekday()]}"
    return f"{_DAYS_EN[value.weekday()]} {value.day} {_LONG_MONTHS_EN[value.month - 1]} {value.year}"


def moment(value: datetime, *, language: str, zone: tzinfo, now: datetime) -> str:
    """Write a time in the zone as `Mon 23 Nov 05:58`, `11 月 23 日 05:58`; with the year when it is not this one."""
    local = value.astimezone(zone)
    return f"{day(local.date(), language=language, today=now.astimezone(zone).date())} {local:%H:%M}"


def exact(value: datetime, *, zone: tzinfo) -> str:
    """Write a time to the second with its offset from UTC, for the tooltip and for evidence."""
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %z")


def duration(value: timedelta | float, *, language: str) -> str:
    """Write a length of time in its largest fitting unit: `26 hours`, `6.5 days`, `12 分钟`. A number is seconds.

    Hours count up to two days, for "26 hours" says more than "1 day" to who waits for a source.
    """
    seconds = abs(value.total_seconds() if isinstance(value, timedelta) else float(value))
    chinese = is_chinese(language)
    for size, one, many, han in _UNITS:
        least = 2 * _DAY if size == _DAY else size
        if seconds >= least:
            amount = round(seconds / size, 1 if size == _DAY and seconds < 10 * _DAY else 0)
            spelled = f"{amount:,.1f}".removesuffix(".0")
            return f"{spelled} {han}" if chinese else f"{spelled} {one if spelled == '1' else many}"
    spelled = f"{seconds:.0f}"
    return f"{spelled} 秒" if chinese else f"{spelled} second{'' if spelled == '1' else 's'}"


def since(value: datetime, *, now: datetime, language: str) -> str:
    """Write how long ago, or how far ahead: `3 hours ago`, `in 5 days`, `3 小时前`, `5 天后`, `just now`."""
    apart = now - value
    chinese = is_chinese(language)
    if abs(apart) < timedelta(minutes=1):
        return "刚刚" if chinese else "just now"
    length = duration(apart, language=language)
    if apart > timedelta(0):
        return f"{length}前" if chinese else f"{length} ago"
    return f"{length}后" if chinese else f"in {length}"


def size(value: int | None) -> str:
    """Write a number of bytes in decimal units (IEC 80000-13): `1.4 MB`."""
    if value is None:
        return NOTHING
    amount = float(value)
    for unit in ("B", "kB", "MB", "GB"):
        if abs(amount) < _KILO:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= _KILO
    return f"{amount:,.1f} TB"


def joined(items: Sequence[str], *, language: str) -> str:
    """Write a list: with commas in English, with the enumeration comma in Chinese."""
    return ("、" if is_chinese(language) else ", ").join(items)
