"""Every variable that may differ between two installations, each with its purpose; an odd value refuses to start."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class OddSetting(SystemExit):
    """A setting has a value that cannot be meant."""

    def __init__(self, name: str, value: str, way_out: str) -> None:
        super().__init__(f"{name}={value!r} cannot be meant. {way_out}")


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable of the environment."""

    name: str
    purpose: str
    default: str
    read: Callable[[str, str], object]
    #: Secrets may also stand in a file named by `<NAME>_FILE`, as container platforms mount them.
    secret: bool = False


def _text(_name: str, value: str) -> str:
    return value


def _flag(name: str, value: str) -> bool:
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise OddSetting(name, value, "Write 1 or 0.")


def _folder(_name: str, value: str) -> Path:
    return Path(value).expanduser().absolute()


def _zone(name: str, value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise OddSetting(name, value, "Write a zone such as Asia/Shanghai.") from error
    return value


def _address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise OddSetting(name, value, "Write the address people use, such as https://tocsin.example.")
    return value.rstrip("/")


def _networks(name: str, value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise OddSetting(name, value, "Write networks by comma, such as 127.0.0.1/32, fd00:2::/64.") from error


def _database(name: str, value: str) -> str:
    if value and urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise OddSetting(name, hidden(value), "Write postgresql://owner:password@host:5432/database, or leave it out.")
    return value


def _mail(name: str, value: str) -> str:
    if value != "outbox" and urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"}:
        raise OddSetting(name, hidden(value), "Write `outbox`, or smtp+starttls://user:password@host:587.")
    return value


def _moment(name: str, value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise OddSetting(name, value, "Write a time such as 2026-11-23T09:31:00+08:00.") from error
    if moment.tzinfo is None:
        raise OddSetting(name, value, "Write its zone too: 2026-11-23T09:31:00+08:00.")
    return moment


def _language(name: str, value: str) -> str:
    if value not in {"en", "zh-hans"}:
        raise OddSetting(name, value, "Write en or zh-hans.")
    return value


def hidden(url: str) -> str:
    """Give a URL without user, password and query, which may hold secrets, for messages that end in logs."""
    return re.sub(r"\?.*", "?…", re.sub(r"//.*@", "//…@", url, flags=re.DOTALL), flags=re.DOTALL)


def default_home() -> Path:
    """Give the platform's data folder: /var/lib for root, else the user's own."""
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/tocsin")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "tocsin"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "tocsin"


VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="TOCSIN_HOME",
        purpose="The folder that holds all state: database, archive, outbox, secrets.",
        default=str(default_home()),
        read=_folder,
    ),
    Variable(
        name="DATABASE_URL",
        purpose=(
            "A PostgreSQL 15 or newer that you run yourself, named by its owner role, with what libpq takes "
            "(?sslmode=verify-full&sslrootcert=...); empty: the embedded one."
        ),
        default="",
        read=_database,
        secret=True,
    ),
    Variable(
        name="TOCSIN_URL",
        purpose="The address that people reach the pages by; links in mails begin with it.",
        default="http://127.0.0.1:8417",
        read=_address,
    ),
    Variable(
        name="TOCSIN_HOSTS",
        purpose="Further host names, by comma, that the pages answer to.",
        default="",
        read=_text,
    ),
    Variable(
        name="TOCSIN_PROXIES",
        purpose="Networks, by comma, of the proxies whose X-Forwarded-For is believed; empty: nobody's.",
        default="",
        read=_networks,
    ),
    Variable(
        name="TOCSIN_MAIL",
        purpose="`outbox` writes each mail as .eml into its folder; smtp+starttls://user:password@host:587 sends.",
        default="outbox",
        read=_mail,
        secret=True,
    ),
    Variable(
        name="TOCSIN_SENDER",
        purpose="The address that notices come from.",
        default="tocsin@coordinator.example",
        read=_text,
    ),
    Variable(name="TOCSIN_NAME_EN", purpose="The centre's name in English.", default="Tocsin", read=_text),
    Variable(name="TOCSIN_NAME_ZH", purpose="The centre's name in Chinese.", default="警钟", read=_text),
    Variable(
        name="TOCSIN_NUMBER_PREFIX_ZH",
        purpose="The characters before the year in a Chinese notice number: 临网通〔2026〕417 号.",
        default="网通",
        read=_text,
    ),
    Variable(name="TOCSIN_PHONE", purpose="The duty phone printed in notices; empty: none.", default="", read=_text),
    Variable(
        name="TOCSIN_ZONE",
        purpose="The one zone of the counting day and the register's year.",
        default="Asia/Shanghai",
        read=_zone,
    ),
    Variable(
        name="TOCSIN_LANGUAGE",
        purpose="The language of a page before anybody has chosen one: en or zh-hans.",
        default="en",
        read=_language,
    ),
    Variable(
        name="TOCSIN_CLOCK",
        purpose="For demonstrations: the moment at which the clock of each process begins; empty: the real time.",
        default="",
        read=_moment,
    ),
    Variable(
        name="TOCSIN_DEBUG",
        purpose="Shows faults in full to the browser; never for others' eyes.",
        default="0",
        read=_flag,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The variables, read and checked."""

    home: Path
    database_url: str
    url: str
    hosts: tuple[str, ...]
    proxies: tuple[IPv4Network | IPv6Network, ...]
    mail: str
    sender: str
    name_en: str
    name_zh: str
    number_prefix_zh: str
    phone: str
    zone: str
    language: str
    clock: datetime | None
    debug: bool


def read(environ: Mapping[str, str]) -> Environment:
    """Read and check the variables.

    Raises:
        OddSetting: a value cannot be meant; names the variable and the way out.
    """
    values = {variable.name: variable.read(variable.name, _raw(variable, environ)) for variable in VARIABLES}
    return Environment(
        home=values["TOCSIN_HOME"],  # type: ignore[arg-type]  # what this variable's `read` gives
        database_url=str(values["DATABASE_URL"]),
        url=str(values["TOCSIN_URL"]),
        hosts=tuple(host.strip() for host in str(values["TOCSIN_HOSTS"]).split(",") if host.strip()),
        proxies=values["TOCSIN_PROXIES"],  # type: ignore[arg-type]  # what this variable's `read` gives
        mail=str(values["TOCSIN_MAIL"]),
        sender=str(values["TOCSIN_SENDER"]),
        name_en=str(values["TOCSIN_NAME_EN"]),
        name_zh=str(values["TOCSIN_NAME_ZH"]),
        number_prefix_zh=str(values["TOCSIN_NUMBER_PREFIX_ZH"]),
        phone=str(values["TOCSIN_PHONE"]),
        zone=str(values["TOCSIN_ZONE"]),
        language=str(values["TOCSIN_LANGUAGE"]),
        clock=values["TOCSIN_CLOCK"],  # type: ignore[arg-type]  # what this variable's `read` gives
        debug=bool(values["TOCSIN_DEBUG"]),
    )


def _raw(variable: Variable, environ: Mapping[str, str]) -> str:
    file_name = environ.get(f"{variable.name}_FILE", "") if variable.secret else ""
    if not file_name:
        return environ.get(variable.name, variable.default)
    if variable.name in environ:
        raise OddSetting(f"{variable.name}_FILE", file_name, f"{variable.name} is set as well; keep one of the two.")
    try:
        return Path(file_name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise OddSetting(f"{variable.name}_FILE", file_name, f"The file cannot be read: {error.strerror}.") from error
