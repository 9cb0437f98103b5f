"""Says what each event was seen on: subject, discriminator and identity, as its problem declares them."""

from collections.abc import Mapping

import polars as pl
import polars_hash  # noqa: F401  (registers the `chash` namespace)

from tocsin.catalogue.rules import Problem
from tocsin.kernel.identity import VERSION
from tocsin.kernel.words import SubjectKind

#: What stands in for a problem's own subject where an event lacks it, in order.
_STAND_INS: Mapping[SubjectKind, tuple[SubjectKind, ...]] = {
    SubjectKind.ADDRESS: (SubjectKind.ADDRESS, SubjectKind.HOST),
    SubjectKind.HOST: (SubjectKind.HOST, SubjectKind.ADDRESS),
    SubjectKind.URL: (SubjectKind.URL, SubjectKind.HOST, SubjectKind.ADDRESS),
    SubjectKind.DOMAIN: (SubjectKind.HOST, SubjectKind.ADDRESS),
    SubjectKind.ORGANISATION: (SubjectKind.ADDRESS, SubjectKind.HOST),
}
_COLUMN: Mapping[SubjectKind, str] = {
    SubjectKind.ADDRESS: "address",
    SubjectKind.HOST: "host",
    SubjectKind.URL: "url",
}
UNKNOWN_PREFIX = "unknown-report-type:"


def identify(events: pl.DataFrame, problems: Mapping[str, Problem]) -> pl.DataFrame:
    """ATTRIBUTED -> IDENTIFIED: adds subject_kind, subject, discriminator and identity.

    Same rows, same order. `problems` holds every code that occurs. A null identity means that the event names
    nothing that a finding could sit on; it is archived and opens nothing.
    """
    if events.is_empty():
        return events.with_columns(
            pl.lit(None, pl.String).alias(name) for name in ("subject_kind", "subject", "discriminator", "identity")
        )
    codes = events.get_column("problem").unique().to_list()
    if len(codes) == 1:
        return _identify_one(events, problems[codes[0]])
    numbered = events.with_row_index("_order")
    parts = [
        _identify_one(part, problems[str(code)])
        for (code,), part in numbered.partition_by("problem", as_dict=True).items()
    ]
    return pl.concat(parts).sort("_order").drop("_order")


def _identify_one(events: pl.DataFrame, problem: Problem) -> pl.DataFrame:
    """Identify events of one problem."""
    subjects = [kind for kind in _STAND_INS[problem.subject] if _COLUMN[kind] in events.columns]
    kind = pl.coalesce(
        [pl.when(pl.col(_COLUMN[subject]).is_not_null()).then(pl.lit(subject.value)) for subject in subjects]
    )
    return (
        events.with_columns(
            kind.alias("subject_kind"),
            pl.coalesce([pl.col(_COLUMN[subject]) for subject in subjects]).alias("subject"),
            _discriminator(problem, events.columns).alias("discriminator"),
        )
        .with_columns(_encoded(problem).alias("identity"))
        .with_columns(
            pl.when(pl.col("subject").is_not_null())
            .then(pl.col("identity").chash.sha2_256().str.slice(0, 32))  # type: ignore[attr-defined]  # a namespace that polars_hash registers
            .alias("identity")
        )
    )


def _discriminator(problem: Problem, columns: list[str]) -> pl.Expr:
    """Join the discriminator fields; a field that the event lacks is empty, so that the recipe stays one."""
    if not problem.discriminator:
        return pl.lit("")
    parts = [
        _prefixed(pl.col(f"f_{name}").fill_null("") if f"f_{name}" in columns else pl.lit(""))
        for name in problem.discriminator
    ]
    return pl.concat_str([piece for part in parts for piece in part])


def _encoded(problem: Problem) -> pl.Expr:
    """Give what `kernel.identity.identity` hashes, as one expression; a test holds the two together."""
    if problem.identity_port:
        port = pl.col("port").cast(pl.String).fill_null("")
        transport = pl.col("transport").fill_null("")
    else:
        port = transport = pl.lit("")
    fields = (
        pl.lit(VERSION),
        pl.col("subject_kind").fill_null(""),
        pl.col("subject").fill_null(""),
        port,
        transport,
        pl.lit(""),
        pl.lit(problem.code),
        pl.col("discriminator"),
    )
    return pl.concat_str([piece for field in fields for piece in _prefixed(field)])


def _prefixed(field: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    return field.str.len_bytes().cast(pl.String), pl.lit(":"), field
