"""Second stage: text becomes events of one shape, read by header name as the feed says."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from tocsin.events.feeds import Feed
from tocsin.events.schemas import FIELD, NORMAL, RAW, READ, REJECTED, Flag
from tocsin.events.stages.withhold import withhold
from tocsin.formats.addresses import read_addresses
from tocsin.formats.delimited import EXTRA, FLAGS, LINE, ROW
from tocsin.formats.names import hosts_of_urls, read_hosts, read_urls
from tocsin.formats.times import read_times
from tocsin.kernel.severity import Severity

STAGE = "normalise"
TIMESTAMP = "timestamp"
#: Further ahead of us than this, a sender's clock or zone is wrong.
FUTURE = timedelta(days=1)
#: Beyond these it speaks of no time at all: a last sight in 2050 would never fall silent.
FURTHEST = timedelta(days=7)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
#: As much as findings hold of a name, a URL and an event field; the whole text stays in its `raw_` column.
_MOST_PTR_CHARACTERS = 253
_MOST_URL_CHARACTERS = 2048
_MOST_FIELD_CHARACTERS = 1000
#: Readers disagree about where the host of such a URL ends, so it names nobody (WHATWG URL, section 4.4).
_DOUBTFUL_URL = r"[\\\x00-\x20]"
#: Protocols of IANA's registry that occur in reports; any other word is no transport.
TRANSPORTS = ("tcp", "udp", "icmp", "icmp6", "ipv6-icmp", "sctp", "gre", "esp", "igmp", "dccp", "udplite")
_MOST_PORT = 65_535
#: AS numbers have 32 bits and 0 is nobody's (RFC 7607).
_MOST_ASN = 2**32 - 1
_CVE = r"(?i)cve-\d{4}-\d{4,19}"
_V4_NETWORK = r"^[0-9.]+/(?:3[0-2]|[12]?[0-9])$"
_V6_NETWORK = r"^[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])$"
#: What a reason may quote of a faulty value, for reasons are kept for ever: what times and addresses are spelt with.
#: Anything else may be a password or a name that stands in the wrong column.
_QUOTABLE = r"^[0-9A-Fa-f.:/ T+Z-]{1,40}$"


def normalise(read: pl.DataFrame, feed: Feed, now: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """READ -> (NORMAL, REJECTED), both in the order of the file; every row is in one of them.

    Refused: rows without a readable time or with one out of all bounds, and rows whose address is none. NORMAL has the
    columns of the schema, then `f_<field>` for every field of the feed (null: not given), then `raw_<column>` for the
    kept columns that have a value in this batch. What is never kept is in no column of it; REJECTED holds the record as
    it was.
    """
    columns = [name for name in read.columns if name not in READ]
    kept = withhold(read, feed)
    given = _split_network(_first(read, feed.sided("address")))
    facts = pl.concat(
        [
            read.select(ROW, LINE, FLAGS),
            read_times(_first(read, (TIMESTAMP,))).alias("observed_at").to_frame(),
            read_addresses(given.get_column("given")),
            _places(read, kept, feed),
            _names(read, kept, feed),
        ],
        how="horizontal",
    )
    facts = _lend_address(facts, given.get_column("given"))
    fields = _fields(kept, feed, given.get_column("network"))
    reasons = _reasons(read, feed, facts, given.get_column("given"), now)
    raw = kept.rename({name: f"{RAW}{name}" for name in kept.columns})
    raw = raw.select(column for column in raw.get_columns() if column.null_count() < len(column))
    events = pl.concat([_events(facts, fields, feed, now, columns), fields, raw], how="horizontal")
    if reasons.null_count() == len(reasons):
        return events, pl.DataFrame(schema=REJECTED)
    return events.filter(reasons.is_null()), _rejected(read, columns, reasons)


def _first(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Give, for each row, the first of some columns that has a value, without outer blanks; null where none has."""
    present = [_bare(frame.get_column(name)) for name in columns if name in frame.columns]
    if not present:
        return pl.Series("", [None], pl.String).new_from_index(0, frame.height)
    first, *others = present
    for other in others:
        if first.null_count():
            first = first.fill_null(other)
    return first.alias("")


def _bare(texts: pl.Series) -> pl.Series:
    """Strip outer blanks; what is blank altogether becomes null."""
    stripped = texts.str.strip_chars()
    blank = stripped == ""
    return stripped.set(blank, None) if blank.any() else stripped


def _by_value(texts: pl.Series, reading: pl.Expr, dtype: type[pl.DataType] = pl.String) -> pl.Series:
    """Read a column of few distinct values: `reading`, of `pl.col("text")`, once for each of them."""
    distinct = pl.DataFrame({"text": texts.drop_nulls().unique()})
    if distinct.is_empty():
        return pl.Series("", [None], dtype).new_from_index(0, len(texts))
    read = distinct.select(reading).to_series()
    return texts.replace_strict(distinct.get_column("text"), read, default=None, return_dtype=dtype)


def _split_network(texts: pl.Series) -> pl.DataFrame:
    """Tell addresses from networks: `given` is the address without a mask, `network` the text that had one.

    Some lists name a whole network in the column of the address; its first address then stands for it.
    """
    frame = pl.DataFrame({"given": texts})
    if not texts.str.contains("/", literal=True).any():
        return frame.with_columns(pl.lit(None, pl.String).alias("network"))
    given = pl.col("given")
    is_network = given.str.contains(_V4_NETWORK) | given.str.contains(_V6_NETWORK)
    return frame.select(
        pl.when(is_network).then(given.str.replace(r"/\d+$", "")).otherwise(given).alias("given"),
        pl.when(is_network).then(given).alias("network"),
    )


def _places(read: pl.DataFrame, kept: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Read port, transport, reverse name, AS, country and severity; what is none of them is null."""
    text = pl.col("text")
    transport, country = text.str.to_lowercase(), text.str.to_uppercase()
    words = [step.word for step in Severity]
    numbers = pl.DataFrame(
        {
            "port": _first(read, feed.sided("port")).str.to_integer(strict=False, dtype=pl.Int32),
            "asn": _first(read, feed.sided("asn")).str.strip_prefix("AS").str.to_integer(strict=False, dtype=pl.Int64),
        }
    )
    places = numbers.select(
        pl.when(pl.col("port").is_between(0, _MOST_PORT)).then(pl.col("port")),
        pl.when(pl.col("asn").is_between(1, _MOST_ASN)).then(pl.col("asn")),
    )
    said = _by_value(_first(read, ("protocol",)), pl.when(transport.is_in(TRANSPORTS)).then(transport))
    ptr = _first(kept, feed.sided("ptr")).str.to_lowercase().str.strip_chars_end(".").replace("", None)
    return places.with_columns(
        said.fill_null(feed.transport).alias("transport") if feed.transport else said.alias("transport"),
        ptr.set(ptr.str.len_bytes() > _MOST_PTR_CHARACTERS, None).alias("ptr"),
        _by_value(
            _first(read, feed.sided("country")), pl.when(country.str.contains(r"^[A-Z]{2}$")).then(country)
        ).alias("country"),
        _by_value(
            _first(read, ("severity",)),
            text.str.to_lowercase().replace_strict(words, list(Severity), default=None, return_dtype=pl.Int16),
            pl.Int16,
        ).alias("row_severity"),
    )


def _names(read: pl.DataFrame, kept: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Read URL and host: `url`, `host`, `host_address` (a host that is an address), `is_unusable`."""
    names = pl.DataFrame({"url": _first(kept, feed.url), "host": _first(kept, feed.host)})
    if names.null_count().sum_horizontal().item() == 2 * names.height:
        return names.with_columns(
            pl.lit(None, pl.String).alias("host_address"), pl.lit(value=False).alias("is_unusable")
        )
    doubtful = _first(read, feed.url).str.contains(_DOUBTFUL_URL).fill_null(value=False)
    frame = names.with_columns(
        _first(read, feed.sided("port")).alias("port"), _first(read, ("application",)).alias("scheme")
    )
    given = frame.select(_absolute_url().alias("given")).to_series()
    url = read_urls(given.set(doubtful, None))
    url = url.set(url.str.len_chars() > _MOST_URL_CHARACTERS, None)
    host = read_hosts(names.get_column("host"))
    host_of_url = hosts_of_urls(url) if url.null_count() < len(url) else url
    # The URL is what was seen. A host that says otherwise must not bring it to somebody else.
    disagree = (host != host_of_url).fill_null(value=False)
    either = host_of_url.fill_null(host)
    address = read_addresses(either).get_column("address")
    return pl.DataFrame(
        {
            "url": url,
            "host": either.set(address.is_not_null(), None),
            "host_address": address,
            "is_unusable": (given.is_not_null() & url.is_null())
            | (names.get_column("host").is_not_null() & host.is_null())
            | disagree,
        }
    )


def _absolute_url() -> pl.Expr:
    """Complete a path by the host that it was asked of; a path without a host is no URL."""
    url, host, port = pl.col("url"), pl.col("host"), pl.col("port")
    said = pl.col("scheme").str.to_lowercase()
    scheme = pl.when(said.is_in(["http", "https"])).then(said).when(port == "443").then(pl.lit("https"))
    place = pl.when(port.is_null() | host.str.contains(r":\d+$")).then(host).otherwise(host + pl.lit(":") + port)
    completed = pl.concat_str(scheme.otherwise(pl.lit("http")), pl.lit("://"), place, url)
    return pl.when(url.str.starts_with("/")).then(completed).otherwise(url)


def _lend_address(facts: pl.DataFrame, given: pl.Series) -> pl.DataFrame:
    """Take the address from the host where the row gives no other and the host is one."""
    lent = facts.get_column("host_address").set(given.is_not_null(), None)
    if lent.null_count() == len(lent):
        return facts
    return facts.with_columns(
        facts.get_column(name).fill_null(column) for name, column in read_addresses(lent).to_dict().items()
    )


def _fields(kept: pl.DataFrame, feed: Feed, network: pl.Series) -> pl.DataFrame:
    """Read the event fields of a feed; `tag` in lower case joined by `;`, `cve` in capitals joined by `,`."""
    fields = {name: _first(kept, columns) for name, columns in feed.fields.items()}
    if "malware" in fields:
        fields["malware"] = fields["malware"].str.to_lowercase()
    if "tag" in fields:
        fields["tag"] = _tags(fields["tag"])
    if feed.cve:
        fields["cve"] = _cves(_first(kept, feed.cve))
    fields = {name: _cut(texts) for name, texts in fields.items()}
    if network.null_count() < len(network):
        fields["network"] = fields["network"].fill_null(network) if "network" in fields else network
    return pl.DataFrame({f"{FIELD}{name}": column for name, column in fields.items()})


def _cut(texts: pl.Series) -> pl.Series:
    longest = texts.str.len_bytes().max()
    if isinstance(longest, int) and longest > _MOST_FIELD_CHARACTERS:
        return texts.str.slice(0, _MOST_FIELD_CHARACTERS)
    return texts


def _tags(texts: pl.Series) -> pl.Series:
    joined = pl.col("text").str.to_lowercase().str.replace_all(r"\s*[;,|]+\s*", ";").str.strip_chars("; ")
    return _by_value(texts, joined.replace("", None))


def _cves(texts: pl.Series) -> pl.Series:
    found = pl.col("text").str.to_uppercase().str.extract_all(_CVE).list.unique().list.sort().list.join(",")
    return _by_value(texts, found.replace("", None))


def _events(
    facts: pl.DataFrame, fields: pl.DataFrame, feed: Feed, now: datetime, columns: Sequence[str]
) -> pl.DataFrame:
    """Put the columns of NORMAL together."""
    surprises = any(re.sub(r"_\d+$", "", name) not in feed.known_columns for name in columns)
    always = (0 if feed.is_known else Flag.UNKNOWN_TYPE) | (Flag.UNKNOWN_COLUMN if surprises else 0)
    flags = (
        pl.col(FLAGS)
        | pl.lit(int(always), pl.Int32)
        | pl.when(pl.col("address").is_null()).then(int(Flag.NO_ADDRESS)).otherwise(0).cast(pl.Int32)
        | pl.when(pl.col("observed_at") > now + FUTURE).then(int(Flag.FUTURE_TIME)).otherwise(0).cast(pl.Int32)
        | pl.when(pl.col("is_unusable")).then(int(Flag.UNUSABLE_NAME)).otherwise(0).cast(pl.Int32)
    )
    problem = pl.lit(feed.problem, pl.String)
    for pattern, code in reversed(feed.problem_by_tag):
        problem = pl.when(fields.get_column(f"{FIELD}tag").str.contains(pattern)).then(pl.lit(code)).otherwise(problem)
    return facts.with_columns(
        pl.col(ROW).alias("row"), pl.col(LINE).alias("line"), problem.alias("problem"), flags.alias("flags")
    ).select(pl.col(name).cast(dtype) for name, dtype in NORMAL.items())


def _reasons(read: pl.DataFrame, feed: Feed, facts: pl.DataFrame, given: pl.Series, now: datetime) -> pl.Series:
    """Say why rows are refused; null for the others. A ragged row's value is not quoted: it may be another column's."""
    address_column = next((name for name in feed.sided("address") if name in read.columns), feed.sided("address")[0])
    frame = facts.select(
        "observed_at",
        "address",
        ((pl.col(FLAGS) & Flag.RAGGED) != 0).alias("is_ragged"),
        given.alias("given"),
        _first(read, (TIMESTAMP,)).alias("time"),
    )
    if TIMESTAMP in read.columns:
        no_time = f"Column '{TIMESTAMP}' is empty."
    else:
        no_time = f"The file has no column '{TIMESTAMP}'."
    time, address = pl.col("time"), pl.col("given")
    return frame.select(
        pl.when(pl.col("observed_at").is_null() & time.is_null())
        .then(pl.lit(no_time))
        .when(pl.col("observed_at").is_null())
        .then(_fault(TIMESTAMP, time, pl.lit("is no time")))
        .when((pl.col("observed_at") < EARLIEST) | (pl.col("observed_at") > now + FURTHEST))
        .then(_fault(TIMESTAMP, time, pl.lit("is too far from today: the sender's clock or the column is wrong")))
        .when(pl.col("address").is_null() & address.is_not_null())
        .then(_fault(address_column, address, _address_fault(address)))
        .alias("reason")
    ).to_series()


def _fault(column: str, value: pl.Expr, fault: pl.Expr) -> pl.Expr:
    quoted = pl.format("Column '{}': '{}' {}.", pl.lit(column), value, fault)
    measured = pl.format("Column '{}': a value of {} characters {}.", pl.lit(column), value.str.len_chars(), fault)
    unquoted = pl.format("Column '{}': the value {} (the record is ragged).", pl.lit(column), fault)
    return (
        pl.when(pl.col("is_ragged")).then(unquoted).when(value.str.contains(_QUOTABLE)).then(quoted).otherwise(measured)
    )


def _address_fault(address: pl.Expr) -> pl.Expr:
    """Say what keeps a text from being an address."""
    return (
        pl.when(address.str.contains(r"^\d+(?:\.\d+){3}$") & address.str.contains(r"(?:^|\.)0\d"))
        .then(pl.lit("has leading zeros, which some read as octal"))
        .when(address.str.contains(r"^\d+(?:\.\d+){3}$"))
        .then(pl.lit("has a number above 255"))
        .when(address.str.contains("/", literal=True))
        .then(pl.lit("has a mask that is out of range"))
        .otherwise(pl.lit("is no IP address"))
    )


def _rejected(read: pl.DataFrame, columns: Sequence[str], reasons: pl.Series) -> pl.DataFrame:
    """Put refused rows together, each with its record spelt as CSV again."""
    cells = [
        pl.when(pl.col(name).is_null())
        .then(pl.lit(""))
        .otherwise(pl.lit('"') + pl.col(name).str.replace_all('"', '""', literal=True) + pl.lit('"'))
        for name in columns
    ]
    record = pl.concat_str(cells, separator=",")
    return (
        read.with_columns(reasons.alias("reason"))
        .filter(pl.col("reason").is_not_null())
        .select(
            pl.col(ROW).alias("row"),
            pl.col(LINE).alias("line"),
            pl.lit(STAGE).alias("stage"),
            "reason",
            pl.when(pl.col(EXTRA).is_null()).then(record).otherwise(record + pl.lit(",") + pl.col(EXTRA)).alias("text"),
        )
    )
