"""What a pack says, in words and numbers, and its pages. Every figure comes from its frozen passport."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
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
from survey_app.dashboards.tables.presenters import SYMBOLS, Published, edition_csv, file_name, tables_of
from survey_app.evidence.elements.state import NOT_RATED, RATING_WORDS
from survey_app.evidence.exhibits.presenters.figures import ExhibitView, exhibit_view
from survey_app.evidence.exhibits.presenters.rows import CAN_SHOW, KIND_WORDS, Findings, read_findings
from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.exhibits.quotes import Quotes
from survey_app.evidence.models import Document, Element, EvidencePack, Exhibit, ExhibitKind, Framework, PackState
from survey_app.evidence.packs import queries
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
    printed_table,
    standing_of,
)
from survey_app.evidence.packs.effects import EffectProof, effect_facts, effects
from survey_app.evidence.packs.keeping import Kept
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
from survey_app.kernel.periods import Period, in_words
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import measure_named
from survey_app.measures.effects import Effect, EffectVerdict
from survey_app.measures.frozen import weights_of
from survey_app.measures.models import PublishedEdition
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.coverage import coverage
from survey_app.measures.queries.published import latest_editions, read_edition
from survey_app.measures.sentences import for_page
from survey_app.measures.sentences.effects import warning_sentence
from survey_app.organisation.models import Council
from survey_app.organisation.presenters import printed_logo
from survey_app.organisation.typesetting import PrintedLogo
from survey_app.settings import PROJECT_ROOT, Settings
from survey_app.statistics.suppression import INDICATIVE_BELOW

PROMPTS = {
    Prompt.SURVEY: "The survey",
    Prompt.CONSULTATION: "A consultation",
    Prompt.COMPLAINT: "A complaint",
    Prompt.STAFF_IDEA: "An idea of staff",
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
    proved = effects(found.effects)
    others = _others(framework, period, found, proved, now)
    pinned = [exhibit.edition for exhibit in queries.exhibits_in(framework) if exhibit.edition]
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
        effects=tuple((proof, proved[proof.exhibit]) for proof in found.effects),
        method=tuple(method_statement(every, rate, ledger, asking_rules())),
        losses=tuple(losses(ledger)),
        tables=table_files([*editions, *pinned], settings.base_url),
    )


def page_files(pack: Pack, figures_csv: bytes) -> dict[str, bytes]:
    """The two pages: the pack itself, and the one that counts the rows of figures.csv again."""
    return {PAGE: _index(pack), CHECK_PAGE: _check(pack, figures_csv)}


def passport_files(pack: Pack) -> dict[str, bytes]:
    """The passport of every figure, of the year before of every comparison, and of both sides of every effect."""
    texts = [view.proof.document for view in pack.figures]
    texts += [canonical(dict(pair.before)) for pair in pack.pairs]
    texts += [canonical(dict(document)) for proof, _ in pack.effects for document in proof.documents]
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
        printed_table=printed_table,
        logo=_data_address(pack.look.logo),
        plotly_css=Markup((_PLOTLY.parent / "plotly.css").read_text("utf-8")),  # noqa: S704 - our own file # nosec B704
        scripts=[Markup(script) for script in scripts] if has_charts else [],  # noqa: S704 - our own files # nosec B704
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
        script=Markup(script),  # noqa: S704 - our own file # nosec B704
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


def _others(
    framework: Framework, period: Period, found: Proofs, proved: Mapping[str, Effect], now: datetime
) -> list[Shown]:
    """The exhibits without a passport that are not later than the period."""
    others = queries.others_in(framework, period)
    findings = read_findings([exhibit for exhibit in others if exhibit.improvement is None], now=now)
    proofs = {proof.exhibit: proof for proof in found.effects}
    shown = []
    for exhibit in others:
        number = exhibit_number(exhibit.number)
        if exhibit.improvement is not None:
            proof = proofs.get(number)
            made = _improvement(exhibit.improvement, found.improved[exhibit.number], proof, proved.get(number))
        else:
            kind = _kinds(exhibit, findings)
            if kind is None:
                continue
            made = kind
        places = tuple(element.number for element in exhibit.elements if element.framework_id == framework.id)
        shown.append(_placed(made, exhibit, places))
    return shown


def _elements(framework: Framework, views: Sequence[ExhibitView], others: Sequence[Shown]) -> Iterator[ElementPart]:
    home: dict[str, str] = {}
    strongest = queries.strongest_at(framework)
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


def _placed(made: Shown, exhibit: Exhibit, elements: tuple[str, ...]) -> Shown:
    """What an exhibit shows, with its number and where it stands."""
    facts = made.facts
    if exhibit.dated_on and exhibit.kind is not ExhibitKind.IMPROVEMENT:
        facts = (("Dated", in_words(exhibit.dated_on)), *facts)
    return replace(
        made,
        number=exhibit_number(exhibit.number),
        kind=KIND_WORDS[exhibit.kind],
        title=exhibit.title,
        elements=elements,
        facts=facts,
    )


def _kinds(exhibit: Exhibit, found: Findings) -> Shown | None:
    """One that is neither figure nor improvement, as far as what it refers to is still there; None without it."""
    quotes = found.quotes.get(exhibit.number)
    if quotes is not None:
        return _quotes(quotes) if quotes.quotes else None
    if exhibit.edition is not None:
        return _edition(exhibit.edition)
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


def _improvement(improvement: Improvement, effect: Effect, proof: EffectProof | None, proved: Effect | None) -> Shown:
    """What was done, and whether it helped: told with its counts, or not at all."""
    cost = "" if improvement.cost_pounds is None else f"£{improvement.cost_pounds:,}"
    facts = [
        ("Heard", improvement.heard),
        ("Did", improvement.did),
        ("Came from", ": ".join(filter(None, [PROMPTS[improvement.prompt], improvement.prompt_note]))),
        ("Where", improvement.place),
        ("Done on", in_words(improvement.done_on)),
        ("Owner", improvement.owner),
        ("Cost", cost),
    ]
    if proof is not None and proved is not None:
        warnings = " ".join(for_page(warning_sentence(each, effect.named)) for each in effect.warnings)
        facts.append(("Read with care", warnings))
        sentence, counted = proved.sentence, tuple(effect_facts(proof, proved))
    else:
        sentence, counted = _untold(effect), ()
    return Shown(sentence, counted, facts=tuple(fact for fact in facts if fact[1]))


def _untold(effect: Effect) -> str:
    """What is said of an improvement whose counts are not in the pack; no numbers, nobody could check them."""
    if effect.verdict in {EffectVerdict.NOT_YET, EffectVerdict.NOT_COMPARED}:
        return effect.sentence
    if effect.verdict is EffectVerdict.NOT_ENOUGH:
        what = effect.named.what
        return f"We cannot tell: there are fewer than {INDICATIVE_BELOW} answers before or after “{what}”."
    return (
        "Whether it helped is not told here: beside the other figures of the council, its counts would tell of fewer "
        "than 10 answers."
    )


def _document(number: int, document: Document) -> Shown:
    path = f"{DOCUMENTS}{exhibit_number(number)}-{_file_name(document.name)}"
    file = AttachedFile(path, document.name, document.media_type, document.sha256, document.content)
    words = f"{document.name}, {file.size_words}, in this pack as {path}."
    return Shown(words, facts=(("SHA-256", document.sha256),), file=file)


def _edition(edition: PublishedEdition) -> Shown:
    """A published table as it was printed, in full."""
    measure, year = measure_named(edition.measure), Period.between(edition.first, edition.last)
    columns = (Column("Published", is_number=True), Column("95% interval", is_number=True), Column("Note"))
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
    printed = {cell.text for table in tables for row in table.rows for cell in row}
    return Shown(
        f"{measure.label}, {year.title}, as it was published: edition {edition.number}.",
        tables=tables,
        facts=(
            ("File", f"{TABLES}{file_name(edition.measure, year, edition.number)}"),
            *((sign, words) for sign, words in SYMBOLS if any(sign in text for text in printed)),
        ),
    )


def _file_name(name: str) -> str:
    """A name that is safe on every machine, with the ending that it had."""
    plain = PurePosixPath(_UNFIT_IN_NAMES.sub("-", name))
    return f"{plain.stem.strip('.-')[:60] or 'document'}{plain.suffix[:10]}"


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
    kept: Kept | None  # of one that is ready

    @property
    def is_making(self) -> bool:
        return self.state is PackState.WAITING


def pack_rows(packs: Sequence[EvidencePack]) -> list[PackRow]:
    """The packs as the page shows them."""
    kept: dict[int, Kept] = {}
    for framework in dict.fromkeys(pack.framework for pack in packs):
        kept |= queries.keeping(framework)
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
            kept=kept.get(pack.id),
        )
        for pack in packs
    ]
