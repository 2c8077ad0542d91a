"""Results: as a table, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import remedies_truth
from yardstick import results
from yardstick.logs import End
from yardstick.results import COLUMNS, Key, Result, summary
from yardstick.trial import Tried

if TYPE_CHECKING:
    from pathlib import Path


def _result(tried: Tried, end: End | None, printed: str = "", line: str = "") -> Result:
    return Result(key=Key("a", "1", "debian:12", tried, printed), end=end, seconds=3, line=line)


@pytest.mark.parametrize(
    ("tried", "end", "right"),
    [
        (Tried.PRINTED, End.OK, True),
        (Tried.PRINTED, End.COMPILING, True),
        (Tried.PRINTED, End.LINES, False),
        (Tried.PRINTED, End.LIBRARY, False),
        (Tried.PRINTED, End.CRATES, None),
        (Tried.PRINTED, End.RUSTUP, None),
        (Tried.AS_IS, End.OK, True),
        (Tried.AS_IS, End.COMPILER, False),
        (Tried.EVERYTHING, End.OTHER, True),
        (Tried.EVERYTHING, End.OK, False),
        (Tried.EVERYTHING, End.COMPILING, None),
        (Tried.EVERYTHING, End.NETWORK, None),
        (Tried.NOTHING, None, None),
    ],
)
def test_when_the_check_was_right(tried: Tried, end: End | None, right: bool | None) -> None:
    """A build works after what is printed, and fails with everything if that is what is said."""
    assert _result(tried, end).right is right


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    """A second run knows the results of the first; texts of several lines are written as one."""
    written = [
        _result(Tried.PRINTED, End.OK, 'RUN echo "a" ; constraint b<2'),
        _result(Tried.NOTHING, None, line="it takes D; Debian has none"),
        _result(Tried.EVERYTHING, End.LIBRARY, "gcc", "fatal error: x.h: No such file"),
    ]
    path = tmp_path / "results.tsv"
    assert results.read(path) == {}
    rows = ("\t".join(COLUMNS), *(result.row for result in written))
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    assert results.read(path) == {result.key: result for result in written}
    assert _result(Tried.PRINTED, End.OTHER, line="a\tb\n c").row.endswith("\t\ta b c")


def test_the_share_leaves_out_what_was_not_measured() -> None:
    """What the network ended counts for itself, and what nothing was printed for."""
    measured = [
        _result(Tried.PRINTED, End.OK),
        _result(Tried.PRINTED, End.COMPILING),
        _result(Tried.PRINTED, End.TOOL),
        _result(Tried.PRINTED, End.CRATES),
        _result(Tried.PRINTED, End.CRATES),
        _result(Tried.PRINTED, End.RUSTUP),
        _result(Tried.EVERYTHING, End.OTHER),
        _result(Tried.AS_IS, End.NETWORK),
        _result(Tried.NOTHING, None),
    ]
    assert summary(measured) == (
        "after the printed lines: 2 of 3 right (67%); 2 as far as crates; 1 as far as rustup\n"
        "said to need nothing: 0 of 0 right; 1 as far as network\n"
        "said to fail whatever is installed: 1 of 1 right (100%)\n"
        "said to lack something, with nothing to paste: 1\n"
    )


def test_where_no_root_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without mmdebstrap there is one sentence and exit code 2."""
    monkeypatch.setenv("PATH", str(tmp_path))
    table = tmp_path / "table.tsv"
    table.write_text("name\tversion\tsdist\tsha256\timage\n", "utf-8")
    assert remedies_truth.main([str(table), "--work", str(tmp_path / "work")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "mmdebstrap and unshare must be installed (apt-get install mmdebstrap).\n"
