"""How good is the machine, in the words of a page. Nothing is claimed that the samples do not carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.comments.checking.quality import (
    Change,
    Kappa,
    Quality,
    Share,
    ThemeQuality,
    change_between,
    quality_of,
)
from survey_app.comments.checking.reading import ReadSample
from survey_app.comments.measured import MEASURED, Measured
from survey_app.kernel.periods import Period
from survey_app.statistics.intervals import Interval
from survey_app.statistics.rounding import percent, rounded
from survey_app.statistics.suppression import MINIMUM_BASE

TOO_FEW = "too few"


@dataclass(frozen=True)
class Cell:
    """A figure in a table: its words, its base, and how wide its bar is."""

    words: str
    base: str
    interval: str = ""
    width: str | None = None  # of a bar from 0 to 100%; None without a figure
    is_figure: bool = False


@dataclass(frozen=True)
class FigureRow:
    """One figure of all samples together. `made` is what was found when the method was made."""

    name: str
    meaning: str
    cell: Cell
    made: str = ""
    is_concern: bool = False


@dataclass(frozen=True)
class MonthRow:
    """The figures of one sample, in the order of MONTH_COLUMNS."""

    title: str
    comments: str
    cells: Sequence[Cell]
    methods: str


@dataclass(frozen=True)
class ThemeRow:
    """How well a theme is found. `verdict` is a kind of tag and its words."""

    name: str
    recall: Cell
    precision: Cell
    verdict: tuple[str, str] | None


@dataclass(frozen=True)
class MachinePage:
    """What the samples say that two people have read. Without any, only `claim` and `rest`."""

    claim: str
    rest: str
    figures: Sequence[FigureRow] = ()
    months: Sequence[MonthRow] = ()
    changes: Sequence[str] = ()
    themes: Sequence[ThemeRow] = ()
    methods: str = ""


MONTH_COLUMNS = (
    "People agree",
    "Kappa",
    "Machine agrees",
    "Sent to review",
    "Right of the rest",
    "Criticism found",
    "Shown as praise",
)


def machine_page(
    samples: Sequence[ReadSample],
    themes: Mapping[str, ThemeQuality],
    *,
    names: Mapping[str, str],
    not_reported: Mapping[str, str],
    fewest_cases: int,
) -> MachinePage:
    """The page of these complete samples, the newest first; `names` are those of the themes in use, by code."""
    if not samples:
        return MachinePage(
            "Nobody knows yet how good the machine is here.", "A blind sample tells, once two people have read it."
        )
    qualities = [quality_of(sample.pairs) for sample in samples]
    pooled = quality_of([pair for sample in samples for pair in sample.pairs])
    methods = sorted({item.method for sample in samples for item in sample.items})
    made = MEASURED.get(methods[0]) if len(methods) == 1 else None
    return MachinePage(
        *_headline(pooled, samples),
        figures=_figures(pooled, made),
        months=[_month(sample, quality) for sample, quality in zip(samples, qualities, strict=True)],
        changes=_changes(samples, qualities, pooled, made),
        themes=[
            _theme(names[code], found, not_reported.get(code), fewest_cases)
            for code, found in sorted(themes.items(), key=lambda each: names.get(each[0], ""))
            if code in names
        ],
        methods=_method_words(methods),
    )


def months_words(samples: Sequence[ReadSample]) -> str:
    """Which months: March 2026, or 11 months from April 2025 to March 2026."""
    newest, oldest = (Period.month_of(sample.month).title for sample in (samples[0], samples[-1]))
    return newest if len(samples) == 1 else f"{len(samples)} months from {oldest} to {newest}"


def _headline(pooled: Quality, samples: Sequence[ReadSample]) -> tuple[str, str]:
    rest = f"Blind samples of {months_words(samples)}: {pooled.comments:,} comments, each read by two people."
    if not pooled.machine.is_shown:
        return "Too few comments were read to say how good the machine is.", rest
    claim = (
        f"The machine agrees with people on {pooled.machine.words} of comments; people agree with each other "
        f"on {pooled.people.words}."
    )
    return claim, rest


def _figures(pooled: Quality, made: Measured | None) -> list[FigureRow]:
    return [
        FigureRow("People agree with each other", "Both gave a comment the same label.", cell_of(pooled.people)),
        FigureRow(
            "Beyond chance (Cohen’s kappa)",
            "0 is what chance alone would give, 1 is always the same.",
            kappa_cell(pooled.kappa),
        ),
        FigureRow(
            "The machine agrees with them",
            "It gave the label that one of them gave, on average of the two.",
            cell_of(pooled.machine),
            percent(made.accuracy) if made else "",
        ),
        FigureRow("Sent to review", "It was unsure, and a person decides.", cell_of(pooled.review)),
        FigureRow(
            "The machine agrees on the rest",
            "Of what it did not send to review.",
            cell_of(pooled.machine_kept),
            percent(made.accuracy_after_review) if made else "",
        ),
        FigureRow(
            "Criticism it finds",
            "Of comments that both people call negative: it does so too.",
            cell_of(pooled.negatives_found),
        ),
        FigureRow(
            "Criticism shown as praise",
            "Of the same: it calls them positive, and is not unsure.",
            cell_of(pooled.shown_as_praise),
            is_concern=True,
        ),
        FigureRow(
            "Negative, and rightly so",
            "Of comments that it calls negative and both people label alike: they call them negative too.",
            cell_of(pooled.negatives_right),
        ),
    ]


def _month(sample: ReadSample, quality: Quality) -> MonthRow:
    return MonthRow(
        title=Period.month_of(sample.month).title,
        comments=f"{quality.comments:,}",
        cells=[
            cell_of(quality.people),
            kappa_cell(quality.kappa),
            cell_of(quality.machine),
            cell_of(quality.review),
            cell_of(quality.machine_kept),
            cell_of(quality.negatives_found),
            cell_of(quality.shown_as_praise),
        ],
        methods=", ".join(sorted({item.method for item in sample.items})),
    )


def _theme(name: str, found: ThemeQuality, not_reported: str | None, fewest_cases: int) -> ThemeRow:
    if not_reported is not None:
        verdict = ("concern", "Not reported")
    elif found.recall.base < max(fewest_cases, MINIMUM_BASE):
        verdict = ("common", "Not known yet")
    else:
        verdict = None
    return ThemeRow(name, cell_of(found.recall), cell_of(found.precision), verdict)


def cell_of(share: Share) -> Cell:
    """A share with its base; on fewer than 10 comments neither the share nor its base is told."""
    if share.value is None:
        return Cell("none", "0")
    if not share.is_shown:
        return Cell(TOO_FEW, f"under {MINIMUM_BASE}")
    between = f"{percent(share.interval.low)} to {percent(share.interval.high)}" if share.interval else ""
    return Cell(share.words, f"{share.base:,}", between, f"{100 * share.value:.1f}%", is_figure=True)


def kappa_cell(kappa: Kappa) -> Cell:
    """Cohen's kappa with two decimals."""
    if not kappa.is_shown or kappa.value is None:
        return Cell(TOO_FEW if 0 < kappa.base < MINIMUM_BASE else "none", f"{kappa.base:,}" if kappa.is_shown else "")
    between = _between(kappa.interval) if kappa.interval else ""
    return Cell(rounded(kappa.value, 2), f"{kappa.base:,}", between, is_figure=True)


def _between(interval: Interval) -> str:
    return f"{rounded(interval.low, 2)} to {rounded(interval.high, 2)}"


def _changes(
    samples: Sequence[ReadSample], qualities: Sequence[Quality], pooled: Quality, made: Measured | None
) -> list[str]:
    """What may be said of a change, and no more."""
    said = []
    if len(samples) > 1:
        before = quality_of([pair for sample in samples[1:] for pair in sample.pairs])
        if qualities[0].right[1] and before.right[1]:
            said.append(_drift(change_between(qualities[0], before), samples))
    share = pooled.machine
    if made is not None and share.is_shown and share.interval is not None:
        start = (
            f"When this method was made, its label was right for {percent(made.accuracy)} of {made.rows:,} comments "
            "of patients. On this council’s comments it agrees with people on "
        )
        if share.interval.low <= made.accuracy <= share.interval.high:
            said.append(f"{start}{share.words}: no difference that these samples show.")
        else:
            less = share.interval.high < made.accuracy
            said.append(f"{start}{share.words}: {'less' if less else 'more'} often, by more than chance.")
    return said


def _drift(change: Change, samples: Sequence[ReadSample]) -> str:
    newest = Period.month_of(samples[0].month).title
    earlier = "the month before" if len(samples) == 2 else f"the {len(samples) - 1} samples before"
    if not change.is_shown or change.now.value is None or change.before.value is None:
        return f"Too few comments to compare {newest} with {earlier}."
    figures = (
        f"{change.now.words} of {change.now.base:,} comments that both people labelled alike, "
        f"{change.before.words} of {change.before.base:,} in {earlier}"
    )
    if not change.is_proven:
        return f"No change that we can show: in {newest} the machine’s label was right for {figures}."
    word = "less" if change.now.value < change.before.value else "more"
    return f"In {newest} the machine’s label was right {word} often than before: {figures}."


def _method_words(methods: Sequence[str]) -> str:
    if len(methods) == 1:
        return f"All of these labels are of one method, {methods[0]}."
    return (
        f"These labels are of {len(methods)} versions of the method ({', '.join(methods)}): a change between months "
        "may be the method’s."
    )
