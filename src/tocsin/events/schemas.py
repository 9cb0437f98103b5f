"""The columns of every frame of the pipeline, declared once; in all of them null means "not given"."""

from collections.abc import Mapping
from enum import IntFlag

import polars as pl

from tocsin.formats import delimited

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

#: Times are microseconds in UTC.
TIME = pl.Datetime("us", "UTC")


class Flag(IntFlag):
    """What is odd about one event; the bits of the `flags` column, stable for ever."""

    #: More or fewer cells than the header.
    RAGGED = delimited.RAGGED
    #: The report type is not known; only the common columns were read.
    UNKNOWN_TYPE = 2
    #: No address was given for the side to notify.
    NO_ADDRESS = 4
    #: Bytes that are not UTF-8 were replaced by U+FFFD.
    REPLACED_CHARACTERS = delimited.REPLACED_CHARACTERS
    #: The time lies more than a day after the file was read.
    FUTURE_TIME = 16
    #: The file has columns that its report type is not known to have; they are kept as they are.
    UNKNOWN_COLUMN = 32
    #: A host or URL was given that cannot be read as one; it is kept as it was and attributes nothing.
    UNUSABLE_NAME = 64


#: Columns that READ adds to those of the file, which are all String under their header names.
READ: Schema = {
    #: Number of the record in the file, from 1.
    delimited.ROW: pl.Int32,
    #: Physical line on which the record begins, from 1.
    delimited.LINE: pl.Int32,
    delimited.FLAGS: pl.Int32,
    #: Cells beyond the header, as CSV text.
    delimited.EXTRA: pl.String,
}

REJECTED: Schema = {
    "row": pl.Int32,
    "line": pl.Int32,
    #: The stage that refused the record.
    "stage": pl.String,
    #: A sentence that names the column and what is wrong with its value.
    "reason": pl.String,
    #: The record as it was, for the encrypted quarantine only.
    "text": pl.String,
}

#: What every event has; behind these come the `f_` and `raw_` columns of its report type.
NORMAL: Schema = {
    "row": pl.Int32,
    "line": pl.Int32,
    "observed_at": TIME,
    #: Code of the catalogue; null for an unknown report type.
    "problem": pl.String,
    #: Canonical address of the side to notify.
    "address": pl.String,
    #: Upper and lower half of the 128-bit address (IPv4 mapped to ::ffff:0:0/96), each XOR 2**63,
    #: so that their signed order is the order of addresses.
    "ip_hi": pl.Int64,
    "ip_lo": pl.Int64,
    "port": pl.Int32,
    #: tcp, udp, icmp, ...
    "transport": pl.String,
    #: Canonical name that counts for attribution: from a URL, a Host header, SNI.
    "host": pl.String,
    #: Name of unknown source, mostly reverse DNS: shown, attributes nothing.
    "ptr": pl.String,
    #: Canonical URL, without user, query string and fragment.
    "url": pl.String,
    "asn": pl.Int64,
    #: Two capital letters.
    "country": pl.String,
    #: `kernel.severity.Severity`, 0 to 4.
    "row_severity": pl.Int16,
    #: Bits of `Flag`.
    "flags": pl.Int32,
}

#: Prefix of event fields that a problem may use, all String: evidence and discriminators.
FIELD = "f_"
#: Prefix of the columns of the file that are kept, all String; those without a value in a batch are left out.
RAW = "raw_"

ATTRIBUTED: Schema = {
    "organisation_id": pl.Int64,
    "asset_id": pl.Int64,
    #: url, host, domain, prefix or asn; null without an owner.
    "attributed_by": pl.String,
    #: Two owners are equally specific; none was chosen.
    "conflict": pl.Boolean,
}

IDENTIFIED: Schema = {
    "subject_kind": pl.String,
    "subject": pl.String,
    "discriminator": pl.String,
    #: 32 hexadecimal digits, see `kernel.identity`.
    "identity": pl.String,
}
