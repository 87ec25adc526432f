"""Writes of this package, by what they write; they flush and never commit."""

from __future__ import annotations

from survey_app.measures.operations.editions import publish_edition
from survey_app.measures.operations.headlines import CLAIMABLE, name_headline
from survey_app.measures.operations.passports import freeze_passport
from survey_app.measures.operations.ranges import rebase, undo_rebase
from survey_app.measures.operations.tallies import BATCH, PARTS, fold, fold_all, rebuild_month, recount_parts
from survey_app.measures.operations.targets import end_target, remove_target, set_margin, set_target
from survey_app.measures.operations.wordings import LONGEST_REASON, declare_bridge, take_bridge_back

__all__ = [
    "BATCH",
    "CLAIMABLE",
    "LONGEST_REASON",
    "PARTS",
    "declare_bridge",
    "end_target",
    "fold",
    "fold_all",
    "freeze_passport",
    "name_headline",
    "publish_edition",
    "rebase",
    "rebuild_month",
    "recount_parts",
    "remove_target",
    "set_margin",
    "set_target",
    "take_bridge_back",
    "undo_rebase",
]
