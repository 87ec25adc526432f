"""The one place that words comparisons, target statuses and the headline of a page.

A change is claimed only when both its test and its interval find it; everything else is "no change that we can show".
Sentences carry ASCII hyphens as minus signs, as data does; `for_page` turns them into true ones.
"""

from survey_app.measures.sentences.changes import (
    Change,
    Verdict,
    against_the_rest,
    compare_groups,
    compare_means,
    compare_medians,
    compare_nets,
    compare_shares,
    together,
)
from survey_app.measures.sentences.headlines import Headline, change_in_short, headline
from survey_app.measures.sentences.numbers import for_page, listed, net_text, nps_text
from survey_app.measures.sentences.targets import comparator_words, target_sentence, target_words

__all__ = [
    "Change",
    "Headline",
    "Verdict",
    "against_the_rest",
    "change_in_short",
    "comparator_words",
    "compare_groups",
    "compare_means",
    "compare_medians",
    "compare_nets",
    "compare_shares",
    "for_page",
    "headline",
    "listed",
    "net_text",
    "nps_text",
    "target_sentence",
    "target_words",
    "together",
]
