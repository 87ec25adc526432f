"""What comments are about, by keywords that staff read, try on past comments and change."""

from survey_app.comments.themes.keywords import UnclearKeyword, read_keywords
from survey_app.comments.themes.rules import CodeFrame, ThemeMatch, ThemeRule, code_frame
from survey_app.comments.themes.standard import default_code_frame, default_rules

__all__ = [
    "CodeFrame",
    "ThemeMatch",
    "ThemeRule",
    "UnclearKeyword",
    "code_frame",
    "default_code_frame",
    "default_rules",
    "read_keywords",
]
