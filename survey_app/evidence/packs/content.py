"""What a pack holds, once: page, PDF, spreadsheets and CSV are all made from this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from survey_app.charts import Table
from survey_app.charts.table import Cell, Column
from survey_app.evidence.elements.state import NOT_RATED, RATING_WORDS
from survey_app.evidence.exhibits.presenters.figures import ExhibitView
from survey_app.evidence.exhibits.proofs import Proof
from survey_app.evidence.packs.changes import PassportPair
from survey_app.evidence.packs.effects import EffectProof
from survey_app.kernel.periods import Period
from survey_app.measures.effects import Effect
from survey_app.measures.sentences import Change
from survey_app.organisation.typesetting import PrintedLogo


@dataclass(frozen=True)
class Proofs:
    """The figures of a pack. `is_first` when nothing is pinned yet and they are the council's headline figures;
    `response_rate` is part of the method, whether or not it is an exhibit as well. `left_out` are the numbers of those
    that would give a few answers away beside the others. `pairs` are the proofs that can be compared with the year
    before. `improved` has the effect of each cited improvement as it is now, by the exhibit's number; `effects` are
    those of them whose counts may stand in the pack."""

    proofs: tuple[Proof, ...]
    response_rate: Proof | None
    is_first: bool
    left_out: tuple[str, ...] = ()
    pairs: tuple[PassportPair, ...] = ()
    improved: Mapping[int, Effect] = field(default_factory=dict)
    effects: tuple[EffectProof, ...] = ()


@dataclass(frozen=True)
class AttachedFile:
    """A file that goes into the pack as it is. `path` is its place there."""

    path: str
    name: str
    media_type: str
    sha256: str
    content: bytes = field(repr=False)

    @property
    def size_words(self) -> str:
        """1.2 MB."""
        size = len(self.content)
        return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000)):,} kB"


@dataclass(frozen=True)
class Shown:
    """An exhibit that is no figure with a passport: a published table, quotations, an improvement, a document, a link.

    `sentence` says what it shows; `facts` are its particulars by name. Of an effect that can be counted again,
    `counted` are the facts that follow from its passports, as does the sentence.
    """

    sentence: str
    counted: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    quotes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    file: AttachedFile | None = None
    url: str = ""
    number: str = ""
    kind: str = ""
    title: str = ""
    elements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cited:
    """An exhibit that stands in full at an earlier element."""

    number: str
    title: str
    view: ExhibitView | None  # of a figure
    home: str


@dataclass(frozen=True)
class ElementPart:
    """An element with what is claimed for it and what proves it; `strongest` is the number of the best exhibit."""

    number: str
    title: str
    about: str
    criterion: str
    sub_criterion: str
    rating: str
    can_show: str
    claim: str
    owner: str
    review_on: str
    show_me: str
    tell_me: str
    figures: tuple[ExhibitView, ...]
    others: tuple[Shown, ...]
    cited: tuple[Cited, ...]
    strongest: str = ""

    @property
    def exhibits(self) -> list[str]:
        """The numbers of its exhibits, in order."""
        return sorted(
            [view.proof.number for view in self.figures]
            + [shown.number for shown in self.others]
            + [cited.number for cited in self.cited]
        )

    @property
    def has_section(self) -> bool:
        """Whether there is anything to say of it beyond its row in the self-assessment."""
        return bool(self.claim or self.show_me or self.tell_me or self.exhibits)


@dataclass(frozen=True)
class MethodPart:
    """A paragraph of the method statement."""

    heading: str
    text: str


@dataclass(frozen=True)
class Loss:
    """A line of the ledger from contacts to answers."""

    stage: str
    reason: str
    count: int


@dataclass(frozen=True)
class Look:
    """How the council's papers look."""

    brand: str
    link: str
    logo: PrintedLogo | None


@dataclass(frozen=True)
class Pack:
    """All that a pack says, in words and numbers; nothing more is computed when its files are written.

    `figures` are all figures with passports, in the order of their numbers, that of the method last. `tables` are the
    published tables as the files that everybody gets, by path. `audit_head` names the newest sealed line of the audit.
    """

    council: str
    framework: str
    framework_code: str
    period: Period
    made_at: datetime
    look: Look
    is_provisional: bool
    is_first: bool
    left_out: tuple[str, ...]
    audit_head: str
    public_key: str
    elements: tuple[ElementPart, ...]
    figures: tuple[ExhibitView, ...]
    comparisons: tuple[tuple[ExhibitView, Change], ...]
    pairs: tuple[PassportPair, ...]
    effects: tuple[tuple[EffectProof, Effect], ...]
    method: tuple[MethodPart, ...]
    losses: tuple[Loss, ...]
    tables: Mapping[str, bytes]

    @property
    def title(self) -> str:
        return f"Evidence for {self.framework}"

    @property
    def summary(self) -> str:
        """How much of the framework the pack proves."""
        n = self.exhibits
        proved = f"{self.with_evidence} of {len(self.elements)} elements have evidence here"
        return f"{proved}, in {n} {'exhibit' if n == 1 else 'exhibits'}." if n else f"{proved}."

    @property
    def ratings(self) -> str:
        """How the council rates itself, in one sentence."""
        counted = Counter(element.rating for element in self.elements)
        return f"Own rating: {', '.join(f'{n} {rating.lower()}' for rating, n in counted.most_common())}."

    @property
    def notices(self) -> list[tuple[str, str]]:
        """What must be known before anything else, each as its first words and the rest."""
        said = []
        if self.is_provisional:
            said.append(("Provisional.", "Some of these days are not closed yet: answers may still come or change."))
        if self.is_first:
            said.append(
                (
                    "A first pack.",
                    "Nothing was pinned to an element yet, so it holds the council’s headline figures, placed at the "
                    "elements that a survey evidences directly. Nobody has chosen them or written claims for them.",
                )
            )
        if self.left_out:
            each = "it" if len(self.left_out) == 1 else "each"
            said.append(
                (
                    f"Not shown: {', '.join(self.left_out)}.",
                    f"Beside the other exhibits, {each} would tell of fewer than 10 answers by subtraction.",
                )
            )
        if not any(element.figures for element in self.elements):
            why = (
                "No measure of these days stands on 10 answers or more."
                if self.is_first
                else "The figures that are pinned lie outside these days."
            )
            said.append(("No figure can be shown.", why))
        return said

    @property
    def with_evidence(self) -> int:
        """How many elements have an exhibit."""
        return sum(bool(element.exhibits) for element in self.elements)

    @property
    def exhibits(self) -> int:
        """How many exhibits stand at elements."""
        return len({number for element in self.elements for number in element.exhibits})

    @property
    def compared(self) -> frozenset[str]:
        """The numbers of the exhibits whose change is claimed."""
        return frozenset(view.proof.number for view, _ in self.comparisons)

    @property
    def glance(self) -> Table:
        """How each criterion is rated and proved: the pack on a hand's breadth."""
        given = {element.rating for element in self.elements}
        ratings = [rating for rating in (*RATING_WORDS.values(), NOT_RATED) if rating in given]
        names = ("Elements", *ratings, "With evidence")
        groups = [(name, [each for _, parts in subs for each in parts]) for name, subs in self.criteria]
        rows = []
        for name, elements in (*groups, ("All", self.elements)):
            rated = Counter(element.rating for element in elements)
            proved = sum(bool(element.exhibits) for element in elements)
            counts = (len(elements), *(rated[rating] for rating in ratings), proved)
            rows.append((Cell(name), *(Cell(f"{n:,}", n) for n in counts)))
        return Table(
            "At a glance: own ratings, and elements with evidence in this pack",
            (Column("Criterion"), *(Column(name, is_number=True) for name in names)),
            tuple(rows),
        )

    @property
    def lost_at(self) -> list[tuple[str, int, list[Loss]]]:
        """The ledger by stage: how many contacts were lost there in all, and for which reasons."""
        stages = [(stage, list(lost)) for stage, lost in groupby(self.losses, key=lambda loss: loss.stage)]
        return [(stage, sum(loss.count for loss in lost), lost) for stage, lost in stages]

    @property
    def files(self) -> list[AttachedFile]:
        """The attached files, each once."""
        shown = [shown for element in self.elements for shown in element.others]
        return list({each.file.path: each.file for each in shown if each.file}.values())

    @property
    def criteria(self) -> list[tuple[str, list[tuple[str, Sequence[ElementPart]]]]]:
        """The elements by criterion and sub-criterion, in order."""
        grouped: dict[str, dict[str, list[ElementPart]]] = {}
        for element in self.elements:
            grouped.setdefault(element.criterion, {}).setdefault(element.sub_criterion, []).append(element)
        return [(criterion, list(subs.items())) for criterion, subs in grouped.items()]


def printed_table(table: Table) -> Table:
    """The table without the columns that say nothing in any row, such as notes where there are none."""
    said = [place for place in range(len(table.columns)) if place == 0 or any(row[place].text for row in table.rows)]
    rows = tuple(tuple(row[place] for place in said) for row in table.rows)
    return Table(table.caption, tuple(table.columns[place] for place in said), rows)


def standing_of(view: ExhibitView) -> str:
    """How a figure stands against its target; empty where it has none and the words would only repeat the figure."""
    return "" if view.figure.target is None else view.standing_words


def notices_of(view: ExhibitView) -> list[str]:
    """What must be known of one figure."""
    said = []
    if view.figure.indicative:
        said.append(f"Indicative: fewer than 30 {view.counted}.")
    if view.is_provisional:
        said.append("Provisional: answers of these days may still come or change.")
    if view.differs:
        said.append(f"{view.differs} This pack shows what was frozen.")
    return said


def chart_words(view: ExhibitView) -> str:
    """The sentence above a chart, with what its marks are."""
    if view.chart is None:
        return ""
    target = ", the dashed line the target" if view.chart.target else ""
    return f"{view.chart.sentence} {view.chart.axis.words}. The band is the 95% interval{target}."
