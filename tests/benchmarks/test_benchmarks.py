"""Every benchmark runs and says something. How fast anything is, is no matter of a test."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, main, run
from benchmarks.measuring import Result, in_turn
from benchmarks.report import BEGIN, END, as_document, as_text, write_figures
from benchmarks.workbench import TINY, Workbench

NEEDS_A_BROWSER = {"weight"}
RESULT = Result("pages", "ms", "a bare page", [(3.0, 1.0), (8.0, 2.0), (10.0, 5.0)], more_is_better=False, note="warm")


@pytest.fixture(scope="module")
def bench() -> Workbench:
    with Workbench(TINY, ("sqlite",)) as bench:
        yield bench


@pytest.mark.slow
@pytest.mark.parametrize("module", BENCHMARKS, ids=lambda module: module.NAME)
def test_a_benchmark_runs_at_the_smallest_size_and_yields_ratios(module, bench: Workbench) -> None:
    if module.NAME in NEEDS_A_BROWSER and not (os.environ.get("CHROMIUM") or shutil.which("chromium")):
        pytest.skip("there is no Chromium here")
    with ThreadPoolExecutor(1) as thread:  # its browser does not get into the way of one that other tests have open
        results = thread.submit(run, [module], bench).result()
    assert results
    for result in results:
        assert result.ratio > 0
        assert result.name and result.unit and result.reference


def test_every_benchmark_says_what_users_feel_and_what_the_reference_is() -> None:
    for module in BENCHMARKS:
        assert "What users feel:" in module.__doc__
        assert "reference" in module.__doc__ or "beside" in module.__doc__


def test_a_ratio_is_the_median_of_the_pairs_and_not_of_the_medians() -> None:
    assert (RESULT.ratio, RESULT.ratios) == (3.0, [2.0, 3.0, 4.0])


def test_product_and_reference_take_turns_after_a_pair_that_is_not_counted() -> None:
    order: list[str] = []

    def take(name: str) -> float:
        order.append(name)
        return float(len(order))

    assert in_turn(lambda: take("A"), lambda: take("B"), 2) == [(3.0, 4.0), (5.0, 6.0)]
    assert "".join(order) == "ABABAB"


def test_the_table_and_the_document_hold_each_result() -> None:
    text = as_text([RESULT])
    assert "pages" in text and "3.00" in text and "2.00 to 4.00" in text and "pages: warm." in text
    document = json.loads(json.dumps(as_document([RESULT], {"date": "2026-04-01"})))
    assert document["facts"] == {"date": "2026-04-01"}
    assert document["results"][0]["ratio"] == 3.0 and len(document["results"][0]["pairs"]) == 3


def test_figures_go_between_the_markers_and_leave_the_words(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"Before.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n")
    write_figures([RESULT], {"date": "2026-04-01"}, page)
    write_figures([RESULT], {"date": "2026-05-01"}, page)
    text = page.read_text()
    assert text.startswith("Before.") and text.endswith("\n\nAfter.\n")
    assert "old" not in text and "2026-04-01" not in text and text.count("| pages |") == 1


def test_figures_that_were_not_taken_again_stay_with_their_date(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    other = replace(RESULT, name="imports", note="cold")
    write_figures([RESULT, other], {"date": "2026-04-01", "commit": "aaa", "SQLite": "3.40"}, page)
    write_figures([replace(RESULT, note="")], {"date": "2026-05-01", "commit": "bbb", "SQLite": "3.41"}, page)
    text = page.read_text()
    assert [line.split(" | ")[-1] for line in text.splitlines() if line.startswith("| ")][2:] == [
        "2026-05-01, bbb |",
        "2026-04-01, aaa |",
    ]
    assert "- imports: cold" in text and "- pages" not in text and "On SQLite 3.41." in text


def test_figures_without_a_place_are_refused(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("No markers.\n")
    with pytest.raises(ValueError, match=r"performance\.md has no place for figures"):
        write_figures([RESULT], {}, page)
    assert page.read_text() == "No markers.\n"


def test_an_unknown_benchmark_is_named_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["speed"])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "there is no benchmark speed" in said and "overview" in said
