"""A pack is made, opens without us, and a changed byte anywhere in it is found."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from survey_app.evidence import queries
from survey_app.evidence.elements.operations import write_claim
from survey_app.evidence.exhibits.operations import pin_again
from survey_app.evidence.models import ExhibitKind
from survey_app.evidence.packs.packing import build_pack, zip_of
from survey_app.evidence.packs.verifying import open_pack, verify_pack
from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.definitions import Unit, measure_named
from survey_app.measures.operations import publish_edition
from survey_app.measures.own.operations import define_measure
from survey_app.measures.own.queries import as_measure
from survey_app.measures.own.rule import OwnRule, Part
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.published import proposed_edition
from survey_app.measures.rules import Rules
from survey_app.measures.sentences import compare_shares, for_page
from survey_app.organisation.models import Service
from survey_app.responses.models import SurveyResponse
from tests.evidence.test_pins import LATER, YEAR, pin
from tests.factories import NOON, make_contact, withdraw

KEY = bytes(range(32))
HOSTILE = "=1+1 <script>alert(1)</script> <img src=x onerror=alert(1)>"


@pytest.fixture
def make_pack(runner, tmp_path):
    def make(name: str = "pack.zip", first: str = "2025-04-01", last: str = "2026-03-31") -> Path:
        db.session.commit()
        out = tmp_path / name
        arguments = ["evidence", "pack", "--framework", "cse", "--from", first, "--to", last, "--out", str(out)]
        result = runner.invoke(args=arguments)
        assert result.exit_code == 0, result.output
        return out

    return make


@pytest.fixture
def pinned(year):
    """A chart, a figure, a mean and a net share, and a claim."""
    pin("1.3.1", "1.3.4", kind=ExhibitKind.CHART)
    pin("5.3.1", query=make_query("timeliness", *YEAR))
    pin("1.3.2", query=make_query("satisfaction_mean", *YEAR), kind=ExhibitKind.CHART)
    pin("1.3.2", query=make_query("net_satisfaction", *YEAR), kind=ExhibitKind.CHART)
    write_claim(queries.element_by_number("cse", "1.3.1"), HOSTILE, now=LATER)


def contents(pack: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(pack) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def check(pack: Path) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in verify_pack(open_pack(pack)).problems]


def rewritten(pack: Path, files: dict[str, bytes]) -> Path:
    pack.write_bytes(zip_of(files))
    return pack


def signed_again(pack: Path, files: dict[str, bytes]) -> Path:
    """What a forger with a key of their own can do."""
    inside = {path: content for path, content in files.items() if not path.startswith("manifest")}
    pack.write_bytes(build_pack(inside, {}, KEY))
    return pack


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def written(rows: list[dict[str, object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def test_a_figure_that_would_tell_of_a_few_beside_the_others_is_left_out_and_named(year, make_pack):
    pin("1.3.1")
    pin("1.3.2", query=make_query("satisfaction", *YEAR, {"service": "housing"}))  # all but the nine of the registrars
    pin("1.3.4", query=make_query("timeliness", *YEAR, {"service": "housing"}))
    opened = contents(make_pack())
    exhibits = [row["exhibit"] for row in rows_of(opened["figures.csv"]) if row["exhibit"].startswith("E")]
    assert exhibits == ["E01", "E03"]
    page = " ".join(BeautifulSoup(opened["index.html"], "html.parser").get_text(" ").split())
    assert "Not shown: E02. Beside the other exhibits, it would tell of fewer than 10 answers" in page


def test_an_exhibit_stands_at_the_elements_of_the_packs_own_framework_though_another_has_the_same_numbers(
    year, make_pack, runner, tmp_path
):
    path = tmp_path / "own.csv"
    path.write_text("criterion,subcriterion,element,title,about,survey_evidence\nA,A1,1.3.1,Calls,About,direct\n")
    runner.invoke(args=["evidence", "frameworks", "import", str(path), "--code", "own", "--name", "Own"])
    exhibit = pin("1.3.4")
    pin_again(exhibit, queries.element_by_number("own", "1.3.1"), now=LATER)
    files = contents(make_pack())
    assert rows_of(files["figures.csv"])[0]["elements"] == "1.3.4"
    cited = {row["element"] for row in rows_of(files["self-assessment.csv"]) if row["exhibits"]}
    assert cited == {"1.3.4"}


def test_a_year_before_that_would_tell_of_a_few_beside_what_is_pinned_is_not_compared(year, make_pack):
    pin("1.3.1")
    pin("1.3.1", query=make_query("satisfaction_mean", *YEAR))
    pin("1.3.2", query=make_query("satisfaction", date(2024, 4, 1), date(2025, 3, 31)))
    answered = db.session.scalars(select(SurveyResponse).where(SurveyResponse.counts_on == date(2024, 5, 10))).all()
    for response in answered[:3]:
        withdraw(response)
    pack = make_pack()
    files = contents(pack)
    assert [row["exhibit"] for row in rows_of(files["changes.csv"])] == ["E02"]
    assert [row["exhibit"] for row in rows_of(files["figures.csv"])] == ["E01", "E02"]
    assert check(pack) == []


def test_a_pack_holds_the_newest_tables_that_were_published_of_its_days(year, make_pack):
    days = Period.parse("2025/26")
    edition = proposed_edition(measure_named("satisfaction"), days, [], standing=read_standing(LATER)).edition
    publish_edition("satisfaction", days, seen=edition.digest, now=LATER)
    pack = make_pack()
    opened = contents(pack)
    path = "tables/satisfaction-2025-26-edition-1.csv"
    assert path in opened and f'href="{path}"' in opened["index.html"].decode()
    assert check(pack) == []
    assert not [name for name in contents(make_pack("may.zip", "2025-05-01", "2025-05-31")) if "tables" in name]


def test_a_pack_holds_page_figures_trends_passports_and_manifest(pinned, make_pack):
    files = contents(make_pack())
    rows = rows_of(files["figures.csv"])
    assert [row["exhibit"] for row in rows] == ["E01", "E02", "E03", "E04"]
    changes = rows_of(files["changes.csv"])
    codes = {row["passport"] for row in rows} | {row["previous_passport"] for row in changes}
    assert {f"passports/{code}.json" for code in codes} | {
        "index.html", "check.html", "evidence.pdf", "evidence.xlsx", "evidence.ods", "self-assessment.csv",
        "figures.csv", "counts.csv", "changes.csv", "effects.csv", "exhibits.csv", "method.csv",
        "manifest.json", "manifest.sig",
        "trends/E01.csv", "trends/E03.csv", "trends/E04.csv",
    } == set(files)  # fmt: skip
    assert (rows[0]["numerator"], rows[0]["base"], rows[0]["status"]) == ("465", "489", "met_with_confidence")
    months = rows_of(files["trends/E01.csv"])
    assert sum(int(row["numerator"]) for row in months) == 465
    assert sum(int(row["base"]) for row in months) == 489


def test_a_fresh_pack_has_no_problem(pinned, make_pack, runner):
    result = runner.invoke(args=["evidence", "verify", str(make_pack()), "--live", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"ok": True, "files": 24, "figures": 4, "problems": []}


def test_a_pack_says_what_changed_since_last_year_and_allows_for_all_that_it_compares(pinned, make_pack):
    files = contents(make_pack())
    rows = {row["exhibit"]: row for row in rows_of(files["changes.csv"])}
    assert list(rows) == ["E01", "E03", "E04"]  # nobody was asked about timeliness the year before
    assert {row["adjusted_for"] for row in rows.values()} == {"3"}
    satisfaction = rows["E01"]
    alone = compare_shares(465, 489, 396, 432)  # 12 months of 38 of 40, and 9 of 9; before, of 33 of 36
    assert float(satisfaction["p_value"]) == alone.p_value
    assert float(satisfaction["adjusted_p"]) >= alone.p_value
    assert (float(satisfaction["low"]), float(satisfaction["high"])) == (alone.low, alone.high)
    assert satisfaction["sentence"].startswith("95.1% against 91.7% last year, +3.4 points")
    page = BeautifulSoup(files["index.html"], "html.parser")
    assert for_page(satisfaction["sentence"]) in page.select_one("#changes ~ .scroll").text
    before = json.loads(files[f"passports/{satisfaction['previous_passport']}.json"])
    assert (before["counts"]["numerator"], before["counts"]["base"]) == (396, 432)
    assert before["period"] == {"by": "contact", "from": "2024-04-01", "to": "2025-03-31"}


@pytest.mark.parametrize(
    "forged",
    [{"verdict": "improved"}, {"sentence": "Up."}, {"adjusted_for": "1"}, {"named": "yes"}, {"adjusted_p": "0.01"}],
    ids=lambda forged: next(iter(forged)),
)
def test_a_forged_claim_is_found_even_under_a_new_signature(pinned, make_pack, forged):
    pack = make_pack()
    files = contents(pack)
    rows = rows_of(files["changes.csv"])
    rows[0] |= forged
    files["changes.csv"] = written(rows)
    assert any(where.startswith("change of E0") for where, _ in check(signed_again(pack, files)))


def test_a_claim_on_the_page_alone_is_found(pinned, make_pack):
    pack = make_pack()
    files = contents(pack)
    page = files["index.html"].replace(b"</main>", b'<p data-change="E02">Up from 80.0% to 90.0%.</p></main>')
    assert check(signed_again(pack, files | {"index.html": page})) == [
        ("change of E02", "index.html claims one, and changes.csv holds none")
    ]


def test_a_figure_compared_with_another_one_is_found(pinned, make_pack):
    pack = make_pack()
    files = contents(pack)
    rows = rows_of(files["changes.csv"])
    rows[0]["previous_passport"] = rows[1]["previous_passport"]
    files["changes.csv"] = written(rows)
    said = "its second passport is not that of the same figure a year earlier"
    assert ("changes.csv", said) in check(signed_again(pack, files))


def test_the_page_says_all_an_assessor_asks(pinned, make_pack):
    page = BeautifulSoup(contents(make_pack())["index.html"], "html.parser")
    text = page.get_text(" ", strip=True)
    for words in (
        "Anyborough Council",
        "1 April 2025 to 31 March 2026",
        "4 of 57 elements have evidence",
        "95.1%",
        "92.8% to 96.7%",
        "over 90%: met with confidence; set on ",
        "after the period began, when its answers could be seen",
        "The interval covers chance only, not who chose to answer.",
        "Fewer than 10 invitations were delivered",
        "fewer than 10 answers is shown to nobody",
    ):
        assert words in text
    assert len(page.select("#self-assessment ~ .scroll table.elements tbody tr:not(.sub)")) == 57
    assert all(table.caption for table in page.find_all("table"))
    assert all(picture.title and picture["role"] == "img" for picture in page.find_all("svg"))


def test_the_pages_run_our_scripts_alone_and_load_nothing(pinned, make_pack):
    files = contents(make_pack())
    for name, scripts in (("index.html", 2), ("check.html", 1)):
        page = BeautifulSoup(files[name], "html.parser")
        policy = page.select_one("meta[http-equiv]")["content"]
        ours = [script.string for script in page.select("script:not([type])")]
        digests = [f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in ours]
        assert policy.startswith(f"default-src 'none'; script-src {' '.join(digests)};")
        assert len(ours) == scripts
    page = BeautifulSoup(files["index.html"], "html.parser")
    assert page.find_all(["link", "img", "iframe"]) == []
    assert page.find_all("script", src=True) == []
    assert [tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []
    targets = {link["href"].split("#")[0] for link in page.find_all("a")} - {""}
    assert targets <= set(files)
    assert page.select_one(".claim").get_text() == HOSTILE


def test_every_title_is_safe_in_a_spreadsheet(year, make_pack):
    exhibit = pin("1.3.1")
    exhibit.title = "=HYPERLINK(1)"
    pack = make_pack()
    assert rows_of(contents(pack)["figures.csv"])[0]["title"] == "'=HYPERLINK(1)"
    assert check(pack) == []


def test_nothing_pinned_gives_the_headline_figures_and_says_so(year, make_pack):
    pack = make_pack()
    files = contents(pack)
    rows = rows_of(files["figures.csv"])
    assert [row["measure"] for row in rows] == ["satisfaction", "timeliness", "resolved"]
    assert "Nothing was pinned to an element yet" in files["index.html"].decode()
    assert check(pack) == []
    assert all(not element.exhibits for element in queries.framework_by_code("cse").elements)


def test_figures_outside_the_period_stay_out(pinned, make_pack):
    pack = make_pack(first="2024-04-01", last="2025-03-31")
    files = contents(pack)
    assert rows_of(files["figures.csv"]) == []
    assert "lie outside these days" in files["index.html"].decode()
    assert check(pack) == []


def test_no_small_figure_gets_into_a_pack(year, make_pack):
    rows = rows_of(contents(make_pack(first="2025-05-06", last="2025-05-06"))["figures.csv"])
    assert rows == []


def test_the_same_data_and_second_give_the_same_bytes(pinned, make_pack):
    with time_machine.travel(LATER, tick=False):
        one, other = make_pack("one.zip"), make_pack("other.zip")
    assert one.read_bytes() == other.read_bytes()


def test_a_pack_shows_what_was_frozen_and_says_what_it_is_now(pinned, make_pack, runner):
    withdraw(db.session.scalars(select(SurveyResponse).where(SurveyResponse.counts_on >= date(2025, 4, 1))).first())
    pack = make_pack()
    page = contents(pack)["index.html"].decode()
    assert "465 of a base of 489" in page
    assert "464 of 488" in page
    assert check(pack) == []
    result = runner.invoke(args=["evidence", "verify", str(pack), "--live", "--json"])
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) == (1, False)
    problems = json.dumps(found["problems"])
    assert "1 of 489 answers was withdrawn since; the figure was 465 of 489, it is 464 of 488 now." in problems
    assert "base: 489 then, 488 now (-1)" in problems


@pytest.mark.parametrize(
    "forgery",
    [
        ("figures.csv", b",465,489,", b",479,489,", "figure E01"),
        ("figures.csv", b"95.1%", b"98.1%", "figure E01"),
        ("figures.csv", b"met_with_confidence", b"missed", "figure E01"),
        ("figures.csv", b"net_share", b"share", "figure E04"),
        ("index.html", b">95.1%<", b">98.1%<", "figure E01"),
        ("index.html", b'data-numerator="465"', b'data-numerator="466"', "figure E01"),
        ("trends/E01.csv", b",38,40,", b",39,40,", "trends/E01.csv"),
    ],
)
def test_a_forged_figure_is_found_even_under_a_new_signature(pinned, make_pack, forgery):
    path, old, new, where = forgery
    pack = make_pack()
    files = contents(pack)
    assert old in files[path]
    problems = check(signed_again(pack, {**files, path: files[path].replace(old, new, 1)}))
    assert where in {found for found, _ in problems}


def test_every_interval_in_the_pack_is_counted_again(pinned, make_pack):
    pack = make_pack()
    files = contents(pack)
    rows = rows_of(files["figures.csv"])
    for row in rows:
        for column in ("value", "low", "high"):
            forged = [one | {column: float(row[column]) - 0.001} if one is row else one for one in rows]
            problems = check(signed_again(pack, {**files, "figures.csv": written(forged)}))
            assert any(where == f"figure {row['exhibit']}" and column in what for where, what in problems)


def test_a_forged_passport_does_not_fit_its_code(pinned, make_pack):
    pack = make_pack()
    files = contents(pack)
    path = f"passports/{rows_of(files['figures.csv'])[0]['passport']}.json"
    document = json.loads(files[path])
    document["counts"]["base"] += 1
    forged = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    text = json.dumps(check(signed_again(pack, {**files, path: forged})))
    assert "does not fit its own hash" in text
    assert "counts by value give" in text


def test_a_recomputed_manifest_needs_the_key(pinned, make_pack):
    pack = make_pack()
    files = contents(pack)
    forged = files["figures.csv"].replace(b"465", b"475")
    digest = hashlib.sha256(forged).hexdigest()
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["figures.csv"] = digest
    rewritten(pack, {**files, "figures.csv": forged, "manifest.json": json.dumps(manifest).encode()})
    assert ("manifest.json", "it and manifest.sig do not fit: one of them was changed") in check(pack)


def test_a_pack_signed_by_somebody_else_is_found_live(pinned, make_pack, runner):
    pack = make_pack()
    signed_again(pack, contents(pack))
    assert check(pack) == []
    result = runner.invoke(args=["evidence", "verify", str(pack), "--live"])
    assert result.exit_code == 1
    assert "another key" in result.output


@pytest.mark.parametrize("added", ["../outside.txt", "/etc/outside", "a\\..\\b", "extra.txt"])
def test_a_file_that_does_not_belong_is_named(pinned, make_pack, added):
    pack = make_pack()
    problems = check(rewritten(pack, {**contents(pack), added: b"x"}))
    assert added in {where for where, _ in problems}
    leads_out = added != "extra.txt"
    assert ("its path leads out of the pack" in {what for _, what in problems}) is leads_out


def test_a_missing_file_is_named(pinned, make_pack):
    pack = make_pack()
    whole = contents(pack)
    for gone in whole:
        files = {path: content for path, content in whole.items() if path != gone}
        assert check(rewritten(pack, files))


def test_a_manifest_of_strange_shape_is_a_problem_not_a_crash(tmp_path):
    for manifest in (b"[]", b"null", b'{"files": 1}', b"[" * 100_000, b"\xff"):
        path = tmp_path / "x.zip"
        path.write_bytes(zip_of({"manifest.json": manifest, "manifest.sig": b"!"}))
        assert ("manifest.json") in {where for where, _ in check(path)}


def test_the_signature_is_one_that_others_can_check(pinned, make_pack):
    files = contents(make_pack())
    manifest, signature = files["manifest.json"], base64.b64decode(files["manifest.sig"])
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(json.loads(manifest)["public_key"]))
    key.verify(signature, manifest)  # raises where it does not fit
    with pytest.raises(InvalidSignature):
        key.verify(signature, manifest + b" ")


def test_a_pack_says_when_its_days_are_not_closed(year, make_pack):
    with time_machine.travel(LATER - timedelta(days=55), tick=False):
        page = contents(make_pack())["index.html"].decode()
    assert "Provisional." in page


def test_a_framework_file_is_imported_twice_without_harm(year, runner, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("criterion,subcriterion,element,title,about,survey_evidence\nA,A1,A1.1,Calls,About,direct\n")
    for said in ("1 elements added, 0 kept", "0 elements added, 1 kept"):
        result = runner.invoke(args=["evidence", "frameworks", "import", str(path), "--code", "own", "--name", "Own"])
        assert said in result.output
    path.write_text("nothing here\n")
    assert runner.invoke(args=["evidence", "frameworks", "import", str(path)]).exit_code == 1


def test_a_pack_of_an_unknown_framework_or_into_nowhere_is_refused(year, runner, tmp_path):
    days = ["--from", "2025-04-01", "--to", "2026-03-31"]
    unknown = runner.invoke(args=["evidence", "pack", "--framework", "none", *days, "--out", str(tmp_path / "x.zip")])
    assert (unknown.exit_code, "no framework called none" in unknown.output) == (1, True)
    nowhere = runner.invoke(args=["evidence", "pack", *days, "--out", str(tmp_path / "no" / "x.zip")])
    assert (nowhere.exit_code, "cannot be written" in nowhere.output) == (1, True)


def test_a_pack_proves_a_measure_of_the_councils_own_by_the_rule_it_was_frozen_with(year, make_pack, runner):
    parts = {"5": Part.COUNTS, **dict.fromkeys("4321", Part.BASE)}
    rule = OwnRule("very", "Very satisfied", "Those very satisfied.", "post-contact-satisfaction", Unit.SHARE, parts)
    first = as_measure(define_measure(rule, now=LATER))
    pin("1.3.1", query=make_query(first, *YEAR), kind=ExhibitKind.CHART)
    define_measure(replace(rule, options=parts | {"4": Part.COUNTS}), based_on=1, now=LATER)
    pack = make_pack()
    (row,) = [row for row in rows_of(contents(pack)["figures.csv"]) if row["exhibit"] == "E01"]
    assert (row["measure"], row["unit"]) == ("very", "share")
    assert check(pack) == []
    result = runner.invoke(args=["evidence", "verify", str(pack), "--live", "--json"])
    assert json.loads(result.stdout)["problems"] == []


def test_a_rule_changed_in_a_pack_is_found(year, make_pack):
    parts = {"5": Part.COUNTS, **dict.fromkeys("4321", Part.BASE)}
    rule = OwnRule("very", "Very satisfied", "Those very satisfied.", "post-contact-satisfaction", Unit.SHARE, parts)
    pin("1.3.1", query=make_query(as_measure(define_measure(rule, now=LATER)), *YEAR))
    pack = make_pack()
    files = contents(pack)
    this_year = b'"from":"2025-04-01"'
    (name,) = [name for name, content in files.items() if b'"defined"' in content and this_year in content]
    files[name] = files[name].replace(b'"counts":["5"]', b'"counts":["4"]')
    assert any("its counts by value give" in what for _, what in check(signed_again(pack, files)))


def test_days_and_figures_by_other_rules_can_be_pinned_and_proved(year, make_pack):
    (service,) = db.session.scalars(select(Service).limit(1))
    for days in range(1, 21):
        make_contact(service, email=None, occurred_at=NOON.replace(year=2025, month=6), processing_days=days)
    pin("5.3.1", query=make_query("processing_days", *YEAR), kind=ExhibitKind.CHART)
    pin("1.3.1", query=make_query("satisfaction", *YEAR, rules=Rules(dont_know=True)), kind=ExhibitKind.CHART)
    pack = make_pack()
    rows = {row["exhibit"]: row for row in rows_of(contents(pack)["figures.csv"])}
    assert (rows["E01"]["value"], rows["E01"]["numerator"], rows["E01"]["shown"]) == ("10.5", "", "10.5 days")
    assert check(pack) == []
