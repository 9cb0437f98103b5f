"""The product takes what the generator writes: the registry without a bad row, the codec with the rows declared."""

from bench.province.history import History
from tocsin.formats.delimited import open_table
from tocsin.registry.tables.checking import read_tables
from tocsin.registry.tables.layout import References

NOTHING_KNOWN = References(sectors=frozenset(), regions=frozenset(), coordinators=frozenset())


def test_the_registry_reads_the_constituency_without_a_bad_row(written: History) -> None:
    files = {path.name: path.read_bytes() for path in (written.out / "constituency").glob("*.csv")}

    checked = read_tables(files, NOTHING_KNOWN, zone="Asia/Shanghai")

    assert len(files) == 6
    assert not checked.bad


def test_the_codec_reads_every_file_with_the_rows_and_faults_declared(written: History) -> None:
    found, declared = {}, {}
    for one in written.deliveries:
        with (written.out / one.path).open("rb") as file:
            batches = list(open_table(file))
        good = sum(read.height for read, _ in batches)
        broken_at = [line for _, refused in batches for line in refused["line"]]
        found[one.path] = (good + len(broken_at), broken_at)
        declared[one.path] = (one.rows, [one.broken_line] if one.broken_line else [])

    assert found == declared
