"""The job that sorts past comments by themes that were changed."""

from __future__ import annotations

from survey_app.comments.themes.operations import sort_comments
from survey_app.comments.themes.queries import edits_to_sort
from survey_app.work.jobs import Job

SORT = Job(
    "sort_comments",
    "Sorts past comments into themes whose keywords were changed.",
    sort_comments,
    backlog=edits_to_sort,
)
