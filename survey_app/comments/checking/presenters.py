"""The queue, the blind sample and what other pages show of both, as templates receive them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from markupsafe import Markup

from survey_app.accounts.queries import names_of_users
from survey_app.comments.checking.labels import CANNOT_TELL, CHOICES, label_words
from survey_app.comments.checking.machine import cell_of
from survey_app.comments.checking.quality import quality_of
from survey_app.comments.checking.queries import (
    CommentToLabel,
    Waiting,
    comments_of,
    items_to_label,
    newest_complete_sample,
    waiting,
)
from survey_app.comments.checking.reading import READERS, Pair, ReadItem, ReadSample
from survey_app.comments.models import Theme
from survey_app.comments.presenters import with_removed
from survey_app.kernel.periods import Period, in_words
from survey_app.organisation.scope import Scope


@dataclass(frozen=True)
class Labelled:
    """A comment to be labelled: what was asked, what was written, and where it belongs."""

    reference: str
    text: Markup
    question: str
    about: str


@dataclass(frozen=True)
class Headline:
    claim: str
    rest: str


@dataclass(frozen=True)
class QueuePage:
    headline: Headline
    comment: Labelled | None
    skip_url: str | None
    is_at_end: bool  # some were skipped, and nothing comes after them


@dataclass(frozen=True)
class Progress:
    """How far one of the two readers is."""

    name: str
    done: int
    total: int


@dataclass(frozen=True)
class ThemeChoice:
    code: str
    name: str
    definition: str
    is_chosen: bool


@dataclass(frozen=True)
class Difference:
    """A comment about which the two differ, or the machine from both."""

    comment: Labelled
    said: Sequence[tuple[str, str]]  # who, and what
    machine: str
    themes: Sequence[tuple[str, str]]  # of the same
    shown: str  # the label that stands at it now
    shown_words: str


@dataclass(frozen=True)
class OtherSample:
    url: str
    title: str
    words: str


@dataclass(frozen=True)
class SamplePage:
    """The sample of a month, for one person. `state` is reading, mine_done, full or complete."""

    headline: Headline
    state: str
    month: str
    progress: Sequence[Progress]
    place: int | None
    position: str
    comment: Labelled | None
    chosen: str | None
    themes: Sequence[ThemeChoice]
    previous_url: str | None
    differences: Sequence[Difference]
    overruled: Sequence[Difference]
    others: Sequence[OtherSample]


@dataclass(frozen=True)
class ReviewPanel:
    """The review queue on another page."""

    url: str
    words: str
    waiting: int


@dataclass(frozen=True)
class MachinePanel:
    """What the newest sample says that two people have read: rows of a name and a figure."""

    url: str
    words: str
    rows: Sequence[tuple[str, str]]


def review_panel(scope: Scope, today: date) -> ReviewPanel:
    """How many comments wait for a person, and how old the oldest is. One statement."""
    found = waiting(scope)
    return ReviewPanel(url_for("checking.review"), _waiting_words(found, today), found.comments)


def machine_panel() -> MachinePanel | None:
    """How good the machine is, from the newest sample that two people have read; None before the first."""
    read = newest_complete_sample()
    if read is None:
        return None
    found = quality_of(read.pairs)
    return MachinePanel(
        url_for("checking.machine"),
        f"Blind sample of {found.comments:,}, {Period.month_of(read.month).title}, read by two people.",
        [
            ("People agree with each other", cell_of(found.people).words),
            ("The machine agrees with them", cell_of(found.machine).words),
            ("Criticism it finds", cell_of(found.negatives_found).words),
            ("Criticism shown as praise", cell_of(found.shown_as_praise).words),
        ],
    )


def queue_page(found: Waiting, comment: CommentToLabel | None, *, today: date) -> QueuePage:
    """One comment of the queue."""
    if not found.comments:
        headline = Headline("No comment is waiting for a person.", "The machine was sure of all that it has read.")
        return QueuePage(headline, None, None, is_at_end=False)
    words = "comment is" if found.comments == 1 else "comments are"
    headline = Headline(
        f"{found.comments:,} {words} waiting for a person.",
        f"The machine is unsure of {'it' if found.comments == 1 else 'them'}. {_age_words(found, today)}",
    )
    if comment is None:
        return QueuePage(headline, None, None, is_at_end=True)
    skip = url_for("checking.review", after=comment.reference) if found.comments > 1 else None
    return QueuePage(headline, labelled(comment), skip, is_at_end=False)


def labelled(comment: CommentToLabel) -> Labelled:
    """A comment without anything that the machine says of it."""
    about = [comment.service, *([comment.channel.label] if comment.channel else []), in_words(comment.day)]
    return Labelled(comment.reference, with_removed(comment.text), comment.question, ", ".join(about))


def sample_page(
    sample: ReadSample,
    all_samples: Sequence[ReadSample],
    *,
    viewer: int,
    at: int | None,
    themes: Sequence[Theme],
    typed: tuple[str | None, Collection[str]] | None = None,
) -> SamplePage:
    """What this person does next in a sample, and what both found where it is done. `at` is the place of a comment
    that they want to see again, `typed` what they chose and was not taken."""
    names = names_of_users([*sample.readers, viewer])
    state = _state(sample, viewer)
    item = _item(sample, viewer, at) if state in {"reading", "mine_done"} else None
    said = item.said.get(viewer) if item else None
    chosen, ticked = (None, frozenset[str]()) if said is None else (said.label or CANNOT_TELL, said.themes)
    if typed is not None:
        chosen, ticked = typed[0], frozenset(typed[1])
    comments = items_to_label([item] if item else [])
    before = [each.place for each in sample.items if item and each.place < item.place and viewer in each.said]
    return SamplePage(
        headline=_sample_headline(sample, state, viewer, names),
        state=state,
        month=Period.month_of(sample.month).label,
        progress=[
            Progress(names.get(user, "Somebody"), sample.done(user), len(sample.items)) for user in sample.readers
        ],
        place=item.place if item else None,
        position=f"{sample.items.index(item) + 1} of {len(sample.items)}" if item else "",
        comment=labelled(comments[item.id]) if item else None,
        chosen=chosen,
        themes=[ThemeChoice(each.code, each.name, each.definition, each.code in ticked) for each in themes],
        previous_url=_address(sample, at=before[-1]) if before else None,
        differences=_differences(sample, names, themes, [pair for pair in _compared(sample) if pair.agreed is None]),
        overruled=_differences(
            sample,
            names,
            themes,
            [pair for pair in _compared(sample) if pair.agreed is not None and pair.agreed != pair.item.machine],
        ),
        others=[_other(each) for each in all_samples if each.id != sample.id],
    )


def _state(sample: ReadSample, viewer: int) -> str:
    if sample.is_complete:
        return "complete"
    if not sample.may_read(viewer):
        return "full"
    return "reading" if sample.next_for(viewer) else "mine_done"


def _item(sample: ReadSample, viewer: int, at: int | None) -> ReadItem | None:
    """The one that they asked for, if they have labelled it, else the first that they have not."""
    asked = sample.at(at) if at is not None else None
    return asked if asked is not None and viewer in asked.said else sample.next_for(viewer)


def _sample_headline(sample: ReadSample, state: str, viewer: int, names: Mapping[int, str]) -> Headline:
    month, total = Period.month_of(sample.month).title, len(sample.items)
    match state:
        case "complete":
            found = quality_of(sample.pairs)
            return Headline(
                f"Two people have read the sample of {month}.",
                f"They agree on {cell_of(found.people).words} of {total:,} comments; the machine agrees with them "
                f"on {cell_of(found.machine).words}.",
            )
        case "full":
            who = " and ".join(names.get(user, "somebody") for user in sample.readers)
            return Headline(f"{who} read the sample of {month}.", "Two people are enough: there is nothing to do.")
        case "mine_done":
            rest = "the other person has finished" if len(sample.readers) == READERS else "a second person has read it"
            return Headline("You have read all of it.", f"The sample of {month} is compared when {rest}.")
    left = total - sample.done(viewer)
    if total < sample.comments:
        rest = f"They were drawn by lot from the {sample.comments:,} comments written in {month}."
    else:
        rest = f"They are all that were written in {month}."
    return Headline(f"{left:,} of {total:,} comments are left for you.", rest)


def _compared(sample: ReadSample) -> list[Pair]:
    return sample.pairs if sample.is_complete else []


def _differences(
    sample: ReadSample, names: Mapping[int, str], themes: Sequence[Theme], pairs: Sequence[Pair]
) -> list[Difference]:
    comments = items_to_label([pair.item for pair in pairs])
    shown = comments_of(comment.reference for comment in comments.values())
    called = {theme.code: theme.name for theme in themes}
    who = [names.get(user, "Somebody") for user in sample.readers]
    found = []
    for pair in pairs:
        comment = comments[pair.item.id]
        label = shown[comment.reference].shown_label
        sets = (pair.first.themes, pair.second.themes)
        found.append(
            Difference(
                comment=labelled(comment),
                said=[
                    (name, label_words(said.label or CANNOT_TELL))
                    for name, said in zip(who, (pair.first, pair.second), strict=True)
                ],
                machine=label_words(pair.item.machine) + (", unsure" if pair.item.is_review else ""),
                themes=[
                    (name, ", ".join(sorted(called.get(code, code) for code in codes)) or "none")
                    for name, codes in (*zip(who, sets, strict=True), ("The machine", pair.item.machine_themes))
                ],
                shown=label,
                shown_words=label_words(label),
            )
        )
    return found


def _other(sample: ReadSample) -> OtherSample:
    if sample.is_complete:
        words = "read by two people"
    elif not sample.readers:
        words = "nobody has begun"
    else:
        words = ", ".join(f"{sample.done(user)} of {len(sample.items)}" for user in sample.readers) + " read"
    return OtherSample(_address(sample), Period.month_of(sample.month).title, words)


def _address(sample: ReadSample, at: int | None = None) -> str:
    return url_for("checking.sample", month=Period.month_of(sample.month).label, at=at)


def _waiting_words(found: Waiting, today: date) -> str:
    if not found.comments:
        return "No comment is waiting for a person."
    verb = "comment of which the machine is" if found.comments == 1 else "comments of which the machine is"
    return f"{found.comments:,} {verb} unsure. {_age_words(found, today)}"


def _age_words(found: Waiting, today: date) -> str:
    if found.oldest_on is None:
        return ""
    days = (today - found.oldest_on).days
    if days < 1:
        return "The oldest is of today."
    return f"The oldest is {days:,} {'day' if days == 1 else 'days'} old."


def choices() -> Sequence[tuple[str, str]]:
    """The labels of every form, with their words."""
    return list(CHOICES.items())
