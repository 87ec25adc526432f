"""What a pack says, in words and numbers, and its pages. Every figure comes from its frozen passport."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from flask import render_template
from markupsafe import Markup

from survey_app.actions.models import Improvement, Prompt
from survey_app.audit.queries import newest_head
from survey_app.charts import Table, view
from survey_app.charts.table import Cell, Column
from survey_app.contacts.queries import asking_rules
from survey_app.dashboards.tables.presenters import Published, edition_csv, file_name, tables_of
from survey_app.evidence.elements.state import RATING_WORDS
from survey_app.evidence.exhibits.presenters.figures import ExhibitView, exhibit_view
from survey_app.evidence.exhibits.presenters.rows import CAN_SHOW, KIND_WORDS, Findings, read_findings
from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.exhibits.quotes import Quotes
from survey_app.evidence.models import Document, Element, EvidencePack, Exhibit, ExhibitKind, Framework, PackState
from survey_app.evidence.packs.changes import changes
from survey_app.evidence.packs.content import (
    AttachedFile,
    Cited,
    ElementPart,
    Look,
    Pack,
    Proofs,
    Shown,
    chart_words,
    notices_of,
    standing_of,
)
from survey_app.evidence.packs.method import losses, method_statement
from survey_app.evidence.packs.operations import STEPS
from survey_app.evidence.packs.packing import (
    CHECK_PAGE,
    DOCUMENTS,
    PAGE,
    PASSPORTS,
    TABLES,
    public_key_text,
)
from survey_app.evidence.packs.queries import strongest_at
from survey_app.kernel.periods import Period, in_words
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import measure_named
from survey_app.measures.effects import Effect
from survey_app.measures.frozen import weights_of
from survey_app.measures.models import PublishedEdition
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.coverage import coverage
from survey_app.measures.queries.published import latest_editions, read_edition
from survey_app.measures.sentences import for_page
from survey_app.measures.sentences.effects import size_words, warning_sentence
from survey_app.organisation.models import Council
from survey_app.organisation.presenters import printed_logo
from survey_app.organisation.typesetting import PrintedLogo
from survey_app.settings import PROJECT_ROOT, Settings

NOT_RATED = "Not rated"
PROMPTS = {
    Prompt.SURVEY: "the survey",
    Prompt.CONSULTATION: "a consultation",
    Prompt.COMPLAINT: "a complaint",
    Prompt.STAFF_IDEA: "an idea of staff",
}
_STATIC = PROJECT_ROOT / "static"
_PLOTLY = _STATIC / "vendor" / "plotly" / "plotly-basic.min.js"
_SCRIPTS = PROJECT_ROOT / "templates" / "evidence" / "pack"
_UNFIT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


def pack_content(
    framework: Framework, period: Period, found: Proofs, *, council: Council, settings: Settings, now: datetime
) -> Pack:
    """Everything that the pack says; nothing of it needs the database afterwards."""
    told = changes(found.pairs)
    standing = read_standing(now)
    views = [exhibit_view(proof, now=now, change=told.get(proof.number), standing=standing) for proof in found.proofs]
    rate = exhibit_view(found.response_rate, now=now, standing=standing) if found.response_rate else None
    every = [*views, *([rate] if rate and rate.proof not in found.proofs else [])]
    editions = latest_editions(period.first, period.last)
    ledger = coverage(period.first, period.last, now=now)
    others = _others(framework, period, now)
    pinned = [exhibit.edition for exhibit in _exhibits(framework) if exhibit.edition]
    return Pack(
        council=council.name,
        framework=framework.name,
        framework_code=framework.code,
        period=period,
        made_at=now.replace(microsecond=0),
        look=Look(council.brand_colour, council.link_colour, printed_logo(council)),
        is_provisional=any(view.is_provisional for view in every),
        is_first=found.is_first,
        left_out=found.left_out,
        audit_head=_audit_head(),
        public_key=public_key_text(settings.signing_key),
        elements=tuple(_elements(framework, views, others)),
        figures=tuple(every),
        comparisons=tuple((view, told[view.proof.number]) for view in views if view.proof.number in told),
        pairs=found.pairs,
        method=tuple(method_statement(every, rate, ledger, asking_rules())),
        losses=tuple(losses(ledger)),
        tables=table_files([*editions, *pinned], settings.base_url),
    )


def page_files(pack: Pack, figures_csv: bytes) -> dict[str, bytes]:
    """The two pages: the pack itself, and the one that counts the rows of figures.csv again."""
    return {PAGE: _index(pack), CHECK_PAGE: _check(pack, figures_csv)}


def passport_files(pack: Pack) -> dict[str, bytes]:
    """The passport of every figure, and of the year before of every comparison."""
    texts = [view.proof.document for view in pack.figures]
    texts += [canonical(dict(pair.before)) for pair in pack.pairs]
    return {f"{PASSPORTS}{short_code(sha256(text))}.json": text.encode() for text in texts}


def table_files(editions: Sequence[PublishedEdition], base_url: str) -> dict[str, bytes]:
    """Published tables, each as the file that everybody gets, by its path in the pack."""
    files = {}
    for edition in editions:
        measure, year = measure_named(edition.measure), Period.between(edition.first, edition.last)
        path = f"{TABLES}{file_name(edition.measure, year, edition.number)}"
        published = Published(read_edition(edition), edition.published_at, edition.passport.code, path)
        files[path] = edition_csv(measure, year, published, base_url)
    return files


# ---- Pages ----


def _index(pack: Pack) -> bytes:
    scripts = [_PLOTLY.read_text("utf-8"), (_STATIC / "js" / "charts.js").read_text("utf-8")]
    has_charts = any(view.chart for view in pack.figures)
    return render_template(
        "evidence/pack/index.html",
        pack=pack,
        charts={each.proof.number: view(each.chart, brand=pack.look.brand) for each in pack.figures if each.chart},
        notices_of=notices_of,
        chart_words=chart_words,
        standing_of=standing_of,
        logo=_data_address(pack.look.logo),
        plotly_css=Markup((_PLOTLY.parent / "plotly.css").read_text("utf-8")),  # noqa: S704 - our own file
        scripts=[Markup(script) for script in scripts] if has_charts else [],  # noqa: S704 - our own files
        policy=_policy(scripts if has_charts else []),
    ).encode()


def _check(pack: Pack, figures_csv: bytes) -> bytes:
    script = (_SCRIPTS / "recount.js").read_text("utf-8")
    return render_template(
        "evidence/pack/check.html",
        pack=pack,
        data={
            "csv": figures_csv.decode("utf-8-sig"),
            "passports": {view.proof.code: view.proof.document for view in pack.figures},
            "figures": {
                view.proof.number: {
                    "unit": view.figure.measure.unit.value,
                    "shown": value_text(view.figure.measure, view.figure),
                    "weights": weights_of(view.document),
                }
                for view in pack.figures
            },
        },
        script=Markup(script),  # noqa: S704 - our own file
        policy=_policy([script]),
    ).encode()


def _data_address(logo: PrintedLogo | None) -> str:
    return f"data:{logo.media_type};base64,{base64.b64encode(logo.content).decode()}" if logo else ""


def _policy(scripts: Sequence[str]) -> str:
    """What a page of the pack may do: run exactly these scripts, and load nothing."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:"


# ---- Elements ----


def _exhibits(framework: Framework) -> list[Exhibit]:
    """Every exhibit of the framework once, by number."""
    found = {exhibit.number: exhibit for element in framework.elements for exhibit in element.exhibits}
    return [found[number] for number in sorted(found)]


def _others(framework: Framework, period: Period, now: datetime) -> list[Shown]:
    """The exhibits without a passport that are not later than the period."""
    others = [
        exhibit
        for exhibit in _exhibits(framework)
        if exhibit.passport is None and (exhibit.dated_on is None or exhibit.dated_on <= period.last)
    ]
    found = read_findings(others, now=now)
    places = [
        [element.number for element in exhibit.elements if element.framework_id == framework.id] for exhibit in others
    ]
    shown = [_shown(exhibit, numbers, found) for exhibit, numbers in zip(others, places, strict=True)]
    return [each for each in shown if each is not None]


def _elements(framework: Framework, views: Sequence[ExhibitView], others: Sequence[Shown]) -> Iterator[ElementPart]:
    home: dict[str, str] = {}
    strongest = strongest_at(framework)
    for element in framework.elements:
        best = strongest.get(element.id)
        number = exhibit_number(best) if best is not None else ""
        mine = [view for view in views if element.number in view.proof.elements]
        besides = [shown for shown in others if element.number in shown.elements]
        mine.sort(key=lambda view: (view.proof.number != number, view.proof.number))
        besides.sort(key=lambda shown: (shown.number != number, shown.number))
        cited = [
            Cited(view.proof.number, view.proof.title, view, home[view.proof.number])
            for view in mine
            if view.proof.number in home
        ]
        cited += [
            Cited(shown.number, shown.title, None, home[shown.number]) for shown in besides if shown.number in home
        ]
        figures = tuple(view for view in mine if view.proof.number not in home)
        shown_here = tuple(shown for shown in besides if shown.number not in home)
        home |= dict.fromkeys([view.proof.number for view in figures], element.number)
        home |= dict.fromkeys([shown.number for shown in shown_here], element.number)
        yield _element(element, figures, shown_here, tuple(cited), number)


def _element(
    element: Element,
    figures: tuple[ExhibitView, ...],
    others: tuple[Shown, ...],
    cited: tuple[Cited, ...],
    strongest: str,
) -> ElementPart:
    numbers = (
        {view.proof.number for view in figures} | {each.number for each in others} | {each.number for each in cited}
    )
    return ElementPart(
        number=element.number,
        title=element.title,
        about=element.about,
        criterion=element.criterion,
        sub_criterion=element.sub_criterion,
        rating=RATING_WORDS[element.rating] if element.rating else NOT_RATED,
        can_show=CAN_SHOW[element.survey_evidence],
        claim=element.claim,
        owner=element.owner,
        review_on=f"{element.review_on:%-d %b %Y}" if element.review_on else "",
        show_me=element.show_me,
        tell_me=element.tell_me,
        figures=figures,
        others=others,
        cited=cited,
        strongest=strongest if strongest in numbers else "",
    )


def _shown(exhibit: Exhibit, elements: Sequence[str], found: Findings) -> Shown | None:
    """One exhibit without a passport, as far as what it refers to is still there; None where nothing of it is left."""
    made = _kinds(exhibit, found)
    if made is None:
        return None
    facts = made.facts
    if exhibit.dated_on and exhibit.kind is not ExhibitKind.IMPROVEMENT:
        facts = (*facts, ("Dated", in_words(exhibit.dated_on)))
    return replace(
        made,
        number=exhibit_number(exhibit.number),
        kind=KIND_WORDS[exhibit.kind],
        title=exhibit.title,
        elements=tuple(elements),
        facts=facts,
    )


def _kinds(exhibit: Exhibit, found: Findings) -> Shown | None:
    quotes = found.quotes.get(exhibit.number)
    if quotes is not None:
        return _quotes(quotes) if quotes.quotes else None
    if exhibit.edition is not None:
        return _edition(exhibit.edition)
    if exhibit.improvement is not None:
        is_dropped = exhibit.improvement.dropped_at is not None
        return None if is_dropped else _improvement(exhibit.improvement, found.effects[exhibit.improvement.id])
    if exhibit.document is not None:
        return _document(exhibit.number, exhibit.document)
    if exhibit.url:
        return Shown("On a page of its own; it is not part of this pack and may change.", url=exhibit.url)
    return None


def _quotes(quotes: Quotes) -> Shown:
    n = len(quotes.quotes)
    said = "What one person wrote" if n == 1 else f"What {n} people wrote"
    taken_out = "names, and whatever else points at somebody, were taken out"
    return Shown(
        f"{said}, word for word; {taken_out}. {' '.join(filter(None, [quotes.rule, quotes.withdrawn_words]))}",
        quotes=tuple(f"“{quote.text}” ({quote.month:%B %Y})" for quote in quotes.quotes),
    )


def _improvement(improvement: Improvement, effect: Effect) -> Shown:
    """What was done, and whether it helped. Without bases: they could be held against those of figures."""
    cost = "" if improvement.cost_pounds is None else f"£{improvement.cost_pounds:,}"
    facts = [
        ("Heard", improvement.heard),
        ("Did", improvement.did),
        ("Came from", ": ".join(filter(None, [PROMPTS[improvement.prompt], improvement.prompt_note]))),
        ("Where", improvement.place),
        ("Done on", in_words(improvement.done_on)),
        ("Owner", improvement.owner),
        ("Cost", cost),
        ("Size", size_words(effect)),
        ("Read with care", " ".join(for_page(warning_sentence(each, effect.named)) for each in effect.warnings)),
    ]
    return Shown(effect.sentence, facts=tuple(fact for fact in facts if fact[1]))


def _document(number: int, document: Document) -> Shown:
    path = f"{DOCUMENTS}{exhibit_number(number)}-{_file_name(document.name)}"
    file = AttachedFile(path, document.name, document.media_type, document.sha256, document.content)
    words = f"{document.name}, {file.size_words}, in this pack as {path}."
    return Shown(words, facts=(("SHA-256", document.sha256),), file=file)


def _edition(edition: PublishedEdition) -> Shown:
    """A published table as it was printed, in full."""
    measure, year = measure_named(edition.measure), Period.between(edition.first, edition.last)
    columns = (Column("Published", is_number=True), Column("95% interval"), Column("Note"))
    tables = tuple(
        Table(
            each.title,
            (Column(each.row_name), *columns),
            tuple(
                (Cell(row.label), Cell(row.cells[0].words), Cell(row.cells[0].interval), Cell(row.note))
                for row in each.rows
            ),
        )
        for each in tables_of(read_edition(edition))
        if not each.withheld and len(each.columns) == 1
    )
    return Shown(
        f"{measure.label}, {year.title}, as it was published: edition {edition.number}.",
        tables=tables,
        facts=(("File", f"{TABLES}{file_name(edition.measure, year, edition.number)}"),),
    )


def _file_name(name: str) -> str:
    """A name that is safe on every machine, with the ending that it had."""
    plain = PurePosixPath(_UNFIT_IN_NAMES.sub("-", name))
    return f"{plain.stem.strip('.-')[:60] or 'document'}{plain.suffix[:10]}"


def _edition_tables(edition: PublishedEdition) -> tuple[Table, ...]:
    return tuple(
        Table(
            each.title,
            (Column(each.row_name), Column("Published", is_number=True), Column("95% interval"), Column("Note")),
            tuple(
                (Cell(row.label), Cell(row.cells[0].words), Cell(row.cells[0].interval), Cell(row.note))
                for row in each.rows
            ),
        )
        for each in tables_of(read_edition(edition))
        if not each.withheld and len(each.columns) == 1
    )


def _audit_head() -> str:
    head = newest_head()
    return f"line {head.place:,}, {head.seal}" if head else ""


# ---- The list of packs ----


@dataclass(frozen=True)
class PackRow:
    """A pack on the page where it is asked for; `reason` says why one failed."""

    code: str
    framework: str
    period: str
    asked_at: datetime
    state: PackState
    step: str
    done: int
    total: int
    size: str
    sha256: str
    reason: str

    @property
    def is_making(self) -> bool:
        return self.state is PackState.WAITING


def pack_rows(packs: Sequence[EvidencePack]) -> list[PackRow]:
    """The packs as the page shows them."""
    return [
        PackRow(
            code=pack.code,
            framework=pack.framework.name,
            period=Period.between(pack.first_on, pack.last_on).title,
            asked_at=pack.asked_at,
            state=pack.state,
            step=pack.step or "Waiting for the worker",
            done=pack.done,
            total=pack.total or len(STEPS),
            size=f"{(pack.size or 0) / 1_000_000:.1f} MB",
            sha256=pack.sha256 or "",
            reason=pack.last_error or "",
        )
        for pack in packs
    ]
