"""Writes of this package: drafts that are edited, and versions that are published. They flush and never commit."""

from __future__ import annotations

from survey_app.surveys.operations.drafting import (
    EditedMeanwhile,
    begin_draft,
    discard_draft,
    free_code,
    import_survey,
    save_draft,
    start_survey,
    undo_edit,
)
from survey_app.surveys.operations.languages import add_language, remove_language
from survey_app.surveys.operations.pictures import keep_picture
from survey_app.surveys.operations.publishing import (
    FIRST_VERSION,
    keep_as_asked,
    next_label,
    publish,
    publish_default_survey,
    publish_kiosk_survey,
    publish_survey,
    set_paging,
    version_like,
)
from survey_app.surveys.operations.uploads import forget_survey_file, keep_survey_file

__all__ = [
    "FIRST_VERSION",
    "EditedMeanwhile",
    "add_language",
    "begin_draft",
    "discard_draft",
    "forget_survey_file",
    "free_code",
    "import_survey",
    "keep_as_asked",
    "keep_picture",
    "keep_survey_file",
    "next_label",
    "publish",
    "publish_default_survey",
    "publish_kiosk_survey",
    "publish_survey",
    "remove_language",
    "save_draft",
    "set_paging",
    "start_survey",
    "undo_edit",
    "version_like",
]
