"""What was behind a low score, in ten plain words: few enough to be counted, and a note says the rest."""

from __future__ import annotations

from collections.abc import Mapping

CAUSES: Mapping[str, str] = {
    "waited": "They waited too long",
    "not_told": "They were not told what was happening",
    "passed_on": "They were passed from one to another",
    "wrong_information": "They were given wrong or unclear information",
    "not_done": "What was promised was not done",
    "not_well_done": "It was done, but not well",
    "no_way_in": "They could not get through, or the website did not work",
    "manner": "How they were treated by a member of staff",
    "decision": "They disagree with a decision or a rule",
    "other": "Something else: the note says what",
}
