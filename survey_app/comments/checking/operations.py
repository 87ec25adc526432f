"""Writing what people say of comments, and drawing what they read. Nothing here commits."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from survey_app.accounts.queries import names_of_users
from survey_app.audit.operations import record_act_by, record_change
from survey_app.comments.checking.labels import CANNOT_TELL, CHOICES, label_words
from survey_app.comments.checking.lot import drawn_by_lot
from survey_app.comments.checking.models import BlindItem, BlindLabel, BlindSample
from survey_app.comments.checking.queries import (
    checking_rules,
    comments_of,
    has_sample,
    labels_of,
    sample_of,
    written_in,
)
from survey_app.comments.checking.reading import ReadSample
from survey_app.comments.models import Comment, CommentLabel, LabelSource
from survey_app.comments.queries import active_themes, texts_without_comment
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.organisation.queries import council
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import hold, recount

LEAST_SAMPLE, MOST_SAMPLE = 20, 500
MOST_CASES = 100
PATIENCE_DAYS = 7  # of a month, for texts that are still to be read


class LabelledMeanwhile(Refused):
    """Somebody else labelled the comment since its page was opened. Nothing was stored."""

    def __init__(self, label: str, who: str) -> None:
        super().__init__(f"{who} labelled it meanwhile: {label_words(label)}.")
        self.label = label


def label_comment(
    comment: Comment, label: str, source: LabelSource, *, by: int, now: datetime, seen: str | None = None
) -> bool:
    """Give a comment a person's label, which beats the machine's in every figure from now on; whether it changed.

    The one way in which a person labels a comment. `seen` is what their page showed of it: LabelledMeanwhile where
    somebody has labelled it otherwise since. InvalidInput for what is no label, NotFound when it was withdrawn.
    """
    if label not in CHOICES:
        raise InvalidInput("Choose one of the labels.")
    _lock(comment)
    before = comment.shown_label
    if label == comment.person_label:
        return False
    if seen not in {None, before} and comment.person_label is not None:
        who = comment.person_labelled_by
        raise LabelledMeanwhile(before, names_of_users([who]).get(who or 0, "Somebody"))
    _write(comment, label, source, by=by, now=now)
    comment.person_label, comment.person_labelled_by, comment.person_labelled_at = label, by, now
    db.session.flush()
    return True


def take_label_back(comment: Comment, *, by: int, now: datetime) -> None:
    """Undo one's own last label: what stood before it holds again, an earlier person's label or the machine's.

    Refused where it is not the last word any more.
    """
    _lock(comment)
    last, earlier = [*labels_of(comment.id, most=2), None, None][:2]
    if last is None or last.labelled_by != by or last.label is None:
        raise Refused("Somebody labelled it since, or it was taken back already. It stays as it is.")
    back = earlier if earlier is not None and earlier.label is not None else None
    _write(comment, back.label if back else None, last.source, by=by, now=now)
    comment.person_label = back.label if back else None
    comment.person_labelled_by = back.labelled_by if back else None
    comment.person_labelled_at = back.labelled_at if back else None
    db.session.flush()


def _lock(comment: Comment) -> None:
    """Read it as it is now, and let nobody else label it before this transaction ends."""
    found = select(Comment).where(Comment.id == comment.id).with_for_update(of=Comment)
    if db.session.scalar(found.execution_options(populate_existing=True)) is None:
        raise NotFound("There is no such comment any more.")


def _write(comment: Comment, label: str | None, source: LabelSource, *, by: int, now: datetime) -> None:
    before = comment.shown_label
    db.session.add(
        CommentLabel(comment_id=comment.id, label=label, before=before, source=source, labelled_by=by, labelled_at=now)
    )
    record_act_by(
        "comment labelled", comment.reference, at=now, by=by, before={"label": before}, after={"label": label}
    )
    recount(Subject.COMMENTS, [(comment.response.counts_on, comment.response.service_id)])
    wake("fold_tallies")


def draw_blind_sample(now: datetime, _worker: str) -> int:
    """Draw the sample of the month that is over, if that is not done; how many were drawn, 1 or 0. None before there is
    a council: a backup is restored into an empty database."""
    today = london_day(now)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    with transaction():
        if council() is None or has_sample(month) or (today.day <= PATIENCE_DAYS and texts_without_comment(1)):
            return 0
        return int(draw_sample(month, secrets.token_hex(32), now=now) is not None)


def draw_sample(month: date, seed: str, *, now: datetime) -> BlindSample | None:
    """Draw by lot among all that was written in a month, and keep what the machine says of each now; None where that
    is done. One sample a month, however many draw it at once; of a month without comments it is empty."""
    hold("blind sample")
    if has_sample(month):
        return None
    references = written_in(month)
    drawn = drawn_by_lot(references, seed, checking_rules().sample_size)
    comments, codes = comments_of(drawn), {theme.id: theme.code for theme in active_themes()}
    sample = BlindSample(month=month, seed=seed, comments=len(references), drawn_at=now)
    sample.items = [
        BlindItem(
            comment=comment,
            place=place,
            machine_label=comment.sentiment,
            machine_review=comment.needs_review,
            machine_themes=sorted(codes[each.theme_id] for each in comment.themes if each.theme_id in codes),
            method=comment.method,
        )
        for place, comment in enumerate((comments[reference] for reference in drawn), start=1)
    ]
    db.session.add(sample)
    db.session.flush()
    return sample


def label_item(sample: ReadSample, place: int, label: str, themes: Collection[str], *, by: int, now: datetime) -> None:
    """Keep what one of at most two people says of a comment of a sample; they may change it until both are done.

    Refused for a third person, and once the sample is compared: who has seen the other's labels reads it no longer
    blindly. InvalidInput for what is no label or no theme, NotFound for a comment that is not in it any more.
    """
    if label not in CHOICES:
        raise InvalidInput("Choose one of the labels.")
    if not set(themes) <= {theme.code for theme in active_themes()}:
        raise InvalidInput("One of the themes is not in use any more. Open the page again.")
    db.session.scalar(select(BlindSample.id).where(BlindSample.id == sample.id).with_for_update())
    sample = sample_of(sample.month)  # as it is now that nobody else writes to it
    if not sample.may_read(by):
        raise Refused("Two people read this sample already.")
    if sample.is_complete:
        raise Refused("This sample is done and compared: its labels stay as they are.")
    item = sample.at(place)
    if item is None:
        raise NotFound("This comment is not in the sample any more: its person took it back.")
    found = db.session.get(BlindLabel, (item.id, by)) or BlindLabel(item_id=item.id, labelled_by=by)
    found.label = None if label == CANNOT_TELL else label
    found.themes, found.labelled_at = sorted(themes), now
    db.session.add(found)
    db.session.flush()


@dataclass(frozen=True)
class RuleFacts:
    """What a council asks of samples and themes."""

    sample_size: int
    least_recall: float
    fewest_cases: int


def set_checking_rules(facts: RuleFacts, *, by: int, now: datetime) -> bool:
    """These hold from now on; whether that is a change. InvalidInput for what cannot be."""
    if not LEAST_SAMPLE <= facts.sample_size <= MOST_SAMPLE:
        raise InvalidInput(f"A sample has {LEAST_SAMPLE} to {MOST_SAMPLE} comments.")
    if not 0 <= facts.least_recall <= 1:
        raise InvalidInput("The least recall is 0% to 100%.")
    if not MINIMUM_BASE <= facts.fewest_cases <= MOST_CASES:
        raise InvalidInput(f"The fewest cases are {MINIMUM_BASE} to {MOST_CASES}.")
    hold("checking rules")
    rules, after = checking_rules(), asdict(facts)
    before = {name: getattr(rules, name) for name in after}
    if before == after:
        return False
    for name, value in after.items():
        setattr(rules, name, value)
    db.session.add(rules)
    db.session.flush()
    record_change("checking.rules", "blind sample", at=now, by=by, before=before, after=after)
    return True
