"""Themes are changed, undone and retired, and past comments follow; whoever dies on the way loses nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.comments.models import Comment, CommentTheme, Theme, ThemeEdit
from survey_app.comments.operations import analyse_comments
from survey_app.comments.themes import UnclearKeyword, operations
from survey_app.comments.themes.editing import ThemeState
from survey_app.comments.themes.operations import (
    ChangedMeanwhile,
    add_theme,
    bring_back_theme,
    change_theme,
    retire_theme,
    sort_comments,
    undo_edit,
)
from survey_app.comments.themes.queries import edits_of, newest_edit_id, sorting, theme_by_code, theme_changes
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.models import Tallied
from survey_app.measures.operations.tallies import fold_all
from survey_app.measures.queries.counts import values
from survey_app.measures.queries.cuts import Cut
from survey_app.measures.queries.subjects import theme_and_label
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import CustomerKind
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.models import Question, QuestionVersion, SurveyVersion
from survey_app.work.jobs import jobs, run_job
from tests.comments.themes.conftest import Say
from tests.factories import make_answers, make_survey
from tests.threads import all_at_once, overtaken

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = date(2026, 10, 1)
OCTOBER = Period.month(2026, 10)
AGAIN = 50  # steps are more than any test needs


def changed(theme: Theme, keywords: str, *, sorts_past: bool = True, name: str = "", now: datetime = NOW) -> ThemeEdit:
    words = ThemeState.written(name or theme.name, theme.definition, keywords)
    edit = change_theme(theme, words, based_on=newest_edit_id(theme), sorts_past=sorts_past, now=now)
    assert edit is not None
    db.session.commit()
    return edit


def sort_all() -> int:
    """Run the job to its end; how many steps it took."""
    for step in range(AGAIN):
        if not sort_comments(NOW, "worker"):
            return step
    raise AssertionError("the job does not end")


def themes_of(comment: Comment) -> dict[str, list[str]]:
    db.session.rollback()
    found = select(Theme.code, CommentTheme.matched).join(Theme).where(CommentTheme.comment_id == comment.id)
    return dict(iter(db.session.execute(found)))


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).where(AuditLine.action.like("theme.%")).order_by("id")))


class TestAdding:
    def test_a_theme_gets_a_code_of_its_name_and_its_first_edit(self, bins: Theme) -> None:
        theme = add_theme(
            ThemeState.written(" Trees &  hedges ", "", "Tree\nhedge*"), sorts_past=True, now=NOW, by=None
        )
        assert (theme.code, theme.name, theme.keywords) == ("trees-hedges", "Trees & hedges", "tree\nhedge*")
        (edit,) = edits_of(theme)
        assert edit.before is None and edit.after["keywords"] == "tree\nhedge*"
        assert acts() == ["theme.added"]

    def test_names_that_make_the_same_code_and_those_of_pages_get_codes_of_their_own(self, bins: Theme) -> None:
        names = ("Trees!", "Trees?", "New", "!", "Standard")
        codes = [add_theme(ThemeState(name, "", "x"), sorts_past=False, now=NOW).code for name in names]
        assert codes == ["trees", "trees-2", "new-2", "unnamed", "standard-2"]

    def test_a_standard_theme_keeps_its_code(self, bins: Theme) -> None:
        assert add_theme(ThemeState("council TAX", "", "tax"), sorts_past=False, now=NOW).code == "council_tax"

    def test_a_name_that_there_is_is_refused_whatever_its_capitals_and_a_retired_one_says_so(self, bins: Theme) -> None:
        with pytest.raises(Refused, match=r"a theme called Bins already\.$"):
            add_theme(ThemeState("BINS", "", "bin"), sorts_past=False, now=NOW)
        retire_theme(bins, now=NOW)
        with pytest.raises(Refused, match="retired: bring it back"):
            add_theme(ThemeState("bins", "", "bin"), sorts_past=False, now=NOW)

    def test_the_first_own_theme_of_a_council_does_not_take_the_place_of_the_usual_ones(self, council: object) -> None:
        add_theme(ThemeState("Zebras", "", "zebra"), sorts_past=False, now=NOW)
        assert len(db.session.scalars(select(Theme)).all()) > 20

    def test_two_people_who_add_the_same_name_at_once_make_one_theme(self, app: Flask, bins: Theme) -> None:
        refused: list[str] = []

        def add() -> None:
            try:
                with transaction():
                    add_theme(ThemeState("Trees", "", "tree"), sorts_past=False, now=NOW)
            except Refused as problem:
                refused.append(problem.message)

        all_at_once(app, add, add)
        assert len(refused) == 1
        assert len(db.session.scalars(select(Theme).where(Theme.name == "Trees")).all()) == 1


class TestChanging:
    def test_a_change_is_kept_with_what_stood_before_it(self, bins: Theme) -> None:
        changed(bins, "bins\nbin", name="Bins and boxes")
        (edit,) = edits_of(bins)
        assert edit.before == {"name": "Bins", "definition": "", "keywords": "bin", "is_active": True}
        assert edit.after["name"] == "Bins and boxes" and bins.code == "bins"
        assert acts() == ["theme.changed"]

    def test_what_changes_nothing_is_no_change(self, bins: Theme) -> None:
        assert change_theme(bins, ThemeState("Bins", "", "bin"), based_on=0, sorts_past=True, now=NOW) is None
        assert edits_of(bins) == []

    def test_who_saves_second_is_told_and_nothing_is_stored(self, app: Flask, bins: Theme) -> None:
        told: list[str] = []

        def save(word: str) -> None:
            theme = theme_by_code("bins")
            try:
                with transaction():
                    words = ThemeState("Bins", "", word)
                    change_theme(theme, words, based_on=0, sorts_past=False, now=NOW)
            except ChangedMeanwhile:
                told.append(word)

        all_at_once(app, lambda: save("sack"), lambda: save("caddy"))
        db.session.rollback()
        assert len(told) == 1
        assert {bins.keywords} == {"sack", "caddy"} - set(told)
        assert len(edits_of(bins)) == 1

    def test_keywords_that_cannot_be_matched_are_no_state_of_a_theme(self) -> None:
        with pytest.raises(UnclearKeyword, match="Line 2"):
            ThemeState.written("Bins", "", "bin\na*")

    def test_the_audit_holds_no_word_of_the_keywords(self, bins: Theme) -> None:
        changed(bins, "percival", name="Bins")
        line = db.session.scalars(select(AuditLine)).one()
        assert "percival" not in str((line.before, line.after))
        assert line.after == {
            "name": "Bins", "is_active": True, "keywords": 1, "added": 1, "removed": 1, "sorts_past": True
        }  # fmt: skip


class TestUndoing:
    def test_the_last_change_is_undone_by_another(self, bins: Theme) -> None:
        undo_edit(changed(bins, "bins"), now=NOW)
        assert bins.keywords == "bin"
        assert [edit.after["keywords"] for edit in edits_of(bins)] == ["bin", "bins"]

    def test_a_change_that_another_followed_is_not_undone(self, bins: Theme) -> None:
        first = changed(bins, "bins")
        changed(bins, "bins\nbin")
        with pytest.raises(Refused, match="Undo the newest change first"):
            undo_edit(first, now=NOW)

    def test_a_new_theme_is_undone_by_retiring_it_and_a_retired_one_by_bringing_it_back(self, bins: Theme) -> None:
        theme = add_theme(ThemeState("Trees", "", "tree"), sorts_past=True, now=NOW)
        undo_edit(edits_of(theme)[0], now=NOW)
        assert not theme.is_active
        back = undo_edit(edits_of(theme)[0], now=NOW)
        assert theme.is_active and back is not None and back.sorts_past

    def test_a_name_that_another_theme_has_taken_meanwhile_is_not_taken_back(self, bins: Theme) -> None:
        renamed = changed(bins, "bin", name="Boxes")
        add_theme(ThemeState("Bins", "", "bin"), sorts_past=False, now=NOW)
        with pytest.raises(Refused, match="called Bins already"):
            undo_edit(renamed, now=NOW)

    def test_undoing_what_was_for_new_comments_only_leaves_past_ones_alone(self, bins: Theme, say: Say) -> None:
        comment = say("My bin", bins)
        undone = undo_edit(changed(bins, "caddy", sorts_past=False), now=NOW)
        assert undone is not None and not undone.sorts_past and undone.done_at == NOW
        assert sort_all() == 0
        assert themes_of(comment) == {"bins": ["bin"]}


class TestSorting:
    def test_past_comments_gain_and_lose_the_theme_and_every_figure_follows(self, bins: Theme, say: Say) -> None:
        lost, kept, gained = say("My bin", bins), say("Bin and Caddy", bins), say("A caddy")
        edit = changed(bins, "caddy")
        sort_all()
        assert [themes_of(each) for each in (lost, kept, gained)] == [{}, {"bins": ["Caddy"]}, {"bins": ["caddy"]}]
        assert (edit.moved, edit.done_at, sorting()) == (2, NOW, None)
        assert counted(bins) == 2
        with transaction():
            fold_all()
        assert counted(bins) == 2 and verify() == []

    def test_other_themes_of_the_same_comments_stay(self, bins: Theme, say: Say) -> None:
        roads = theme_by_code("roads")
        comment = say("My bin on the road", bins, roads)
        changed(bins, "caddy")
        sort_all()
        assert themes_of(comment) == {"roads": ["bin"]}

    def test_new_comments_only_leaves_the_past_as_it_is(self, bins: Theme, say: Say) -> None:
        comment = say("My bin", bins)
        changed(bins, "caddy", sorts_past=False)
        assert sort_all() == 0
        assert themes_of(comment) == {"bins": ["bin"]}

    def test_a_comment_in_a_language_that_we_do_not_know_gets_no_theme(self, bins: Theme, say: Say) -> None:
        comment = say("bin, w którym nic nie ma", flags=("not_analysed",))
        changed(bins, "bin\nbins")
        sort_all()
        assert themes_of(comment) == {}

    def test_killed_between_two_batches_it_goes_on_where_it_was(
        self, bins: Theme, say: Say, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(operations, "SORTED_AT_ONCE", 2)
        comments = [say("A caddy") for _ in range(5)]
        edit = changed(bins, "caddy")
        assert sort_comments(NOW, "killed after this") == 2
        running = sorting()
        assert running is not None and 0 < running.share < 1 and running.themes == ("Bins",)
        assert sort_all() == 2
        assert edit.moved == 5
        assert all(themes_of(comment) == {"bins": ["caddy"]} for comment in comments)

    def test_killed_within_a_batch_nothing_of_it_is_stored(
        self, bins: Theme, say: Say, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        comment = say("A caddy")
        edit = changed(bins, "caddy")

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(operations, "recount", die)
            with pytest.raises(KeyboardInterrupt):
                sort_comments(NOW, "dies")
        assert themes_of(comment) == {}
        assert (edit.sorted_to, edit.moved) == (0, 0)
        sort_all()
        assert themes_of(comment) == {"bins": ["caddy"]} and edit.moved == 1

    def test_several_changes_are_done_in_one_pass_and_a_later_one_catches_up(
        self, bins: Theme, say: Say, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(operations, "SORTED_AT_ONCE", 2)
        comments = [say("A caddy in the lane") for _ in range(6)]
        first = changed(bins, "caddy")
        sort_comments(NOW, "worker")
        second = changed(theme_by_code("roads"), "lane")
        assert sort_all() == 4  # one to catch up, two together, and one that finds no more
        assert (first.moved, second.moved) == (6, 6)
        assert all(set(themes_of(comment)) == {"bins", "roads"} for comment in comments)

    def test_a_newer_change_of_the_same_theme_takes_the_place_of_one_that_waits(self, bins: Theme, say: Say) -> None:
        comment = say("A caddy")
        first, second = changed(bins, "sack"), changed(bins, "caddy")
        sort_all()
        assert themes_of(comment) == {"bins": ["caddy"]}
        assert (first.moved, second.moved) == (0, 1)
        assert first.done_at is not None

    def test_past_ones_cannot_be_left_alone_while_they_are_being_sorted(self, bins: Theme, say: Say) -> None:
        changed(bins, "caddy")
        with pytest.raises(Refused, match="still being sorted"):
            changed(bins, "sack", sorts_past=False)
        db.session.rollback()
        sort_all()
        changed(bins, "sack", sorts_past=False)

    def test_a_new_name_sorts_nothing_and_stops_nothing(self, bins: Theme, say: Say) -> None:
        comment = say("A caddy")
        first = changed(bins, "caddy")
        renamed = changed(bins, "caddy", name="Boxes")
        assert not renamed.sorts_past and first.done_at is None
        sort_all()
        assert themes_of(comment) == {"bins": ["caddy"]}

    def test_a_retired_theme_keeps_its_comments_and_brought_back_gets_those_of_meanwhile(
        self, bins: Theme, say: Say
    ) -> None:
        before = say("My bin", bins)
        retire_theme(bins, now=NOW)
        db.session.commit()
        meanwhile = say("A bin")
        assert sort_all() == 0
        assert themes_of(before) == {"bins": ["bin"]}
        bring_back_theme(bins, now=NOW)
        db.session.commit()
        sort_all()
        assert themes_of(before) == themes_of(meanwhile) == {"bins": ["bin"]}

    def test_retiring_ends_a_sorting_that_runs(self, bins: Theme, say: Say) -> None:
        comment = say("My bin", bins)
        changed(bins, "caddy")
        retire_theme(bins, now=NOW)
        db.session.commit()
        assert sort_all() == 0
        assert themes_of(comment) == {"bins": ["bin"]}

    def test_without_comments_it_is_done_at_once(self, bins: Theme) -> None:
        edit = changed(bins, "caddy")
        sort_all()
        assert edit.done_at == NOW

    def test_two_workers_count_no_comment_twice(self, app: Flask, bins: Theme, say: Say) -> None:
        comments = [say("A caddy") for _ in range(20)]
        edit = changed(bins, "caddy")
        with app.app_context():
            db.session.rollback()
        all_at_once(app, sort_all, sort_all)
        db.session.rollback()
        assert edit.moved == len(comments)

    def test_a_comment_that_is_analysed_while_keywords_are_changed_is_missed_by_neither(
        self, app: Flask, bins: Theme, council: tuple[SurveyVersion, Service]
    ) -> None:
        """It may be sorted by the old keywords and then anew, or by the new ones; never by the old ones alone."""
        wording = QuestionVersion(
            question=Question(code="why"),
            kind=QuestionKind.TEXT,
            wording="Why?",
            short_label="Why",
            text_type=TextType.WHY,
        )
        survey = make_survey("with-a-reason", more=[wording])
        (response,) = make_answers(survey, council[1], DAY, {"satisfaction": "4"})
        db.session.add(AnswerText(response_id=response.id, question_version_id=wording.id, raw="A caddy on the road"))
        db.session.commit()

        def change() -> None:
            theme = theme_by_code("bins")
            with transaction():
                words = ThemeState("Bins", "", "caddy")
                change_theme(theme, words, based_on=0, sorts_past=True, now=NOW)

        overtaken(app, lambda: analyse_comments(NOW, "worker"), change, after="FROM theme")
        sort_all()
        analyse_comments(NOW, "worker")
        newest = db.session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert newest is not None
        assert "bins" in themes_of(newest)

    def test_the_worker_does_it_and_says_what_waits(self, bins: Theme, say: Say) -> None:
        comment = say("A caddy")
        changed(bins, "caddy")
        job = jobs()["sort_comments"]
        assert job.backlog is not None
        assert job.backlog(NOW).waiting == 1
        run_job(job, worker="worker")
        assert job.backlog(NOW).waiting == 0
        assert themes_of(comment) == {"bins": ["caddy"]}


def counted(theme: Theme) -> int:
    """What figures say: how many comments of October have the theme."""
    found = values(Tallied.THEMES, OCTOBER, Cut(None, tuple(CustomerKind), {}))
    return sum(n for value, n in found.items() if theme_and_label(value)[0] == theme.id)


def test_a_trend_learns_when_rules_changed_and_how_far_back(bins: Theme) -> None:
    changed(bins, "caddy", now=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    sort_all()
    changed(bins, "caddy", name="Boxes", now=NOW - timedelta(days=50))
    changed(bins, "caddy\nbin\nbins", sorts_past=False, now=NOW - timedelta(days=40))
    retire_theme(bins, now=NOW)
    replaced = "1 keyword added, 1 keyword removed. Comments from before were sorted by the new keywords too."
    assert theme_changes(bins.id, Period.between(date(2026, 7, 1), date(2026, 11, 30))) == [
        (date(2026, 7, 1), replaced),
        (date(2026, 10, 13), "2 keywords added. Comments from before were left as they were."),
        (date(2026, 11, 22), "Retired. Comments are not sorted into it from then on."),
    ]
    assert theme_changes(bins.id, Period.month(2026, 9)) == []
