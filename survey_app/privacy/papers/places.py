"""The places of the council's own records that it words itself, each with our suggestion: what the software does, said
as the questions of the Information Commissioner's template for a data protection impact assessment (DPIA) ask for it.

A suggestion may name facts in braces, as the texts of public pages do. It holds until the council writes its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

REVIEW_AFTER = timedelta(days=365)
SIGN_OFF = "dpia.sign-off"
_FOLDER = Path(__file__).with_name("suggestions")


@dataclass(frozen=True)
class Place:
    """One of them. `asks` is what the template wants to know there."""

    code: str
    heading: str
    asks: str

    @property
    def suggestion(self) -> str:
        """What we would write there; empty where only the council can know."""
        return _suggestion(self.code)

    @property
    def paper(self) -> str:
        """Which page it stands on: "dpia" or "records"."""
        return self.code.partition(".")[0]


@dataclass(frozen=True)
class Step:
    """A part of the assessment with its places, in the order of the template."""

    heading: str
    places: Sequence[Place]


_DPIA = (
    Step(
        "Why an assessment is needed",
        (
            Place(
                "dpia.screening",
                "Screening",
                "What is the project for, and why is an assessment needed?",
            ),
        ),
    ),
    Step(
        "What is done with data",
        (
            Place(
                "dpia.nature",
                "Nature",
                "How is data collected, used, stored and deleted? Where does it come from, and who gets it?",
            ),
            Place(
                "dpia.scope",
                "Scope",
                "What data, how much, how often, how long, about how many people, and in which area?",
            ),
            Place(
                "dpia.context",
                "Context",
                (
                    "What is the relation to the people, how much control do they have, would they expect it, are "
                    "there children or vulnerable people, are there concerns?"
                ),
            ),
            Place(
                "dpia.purposes",
                "Purposes",
                "What is to be achieved, and what is the benefit for people?",
            ),
        ),
    ),
    Step(
        "Consultation",
        (
            Place(
                "dpia.consultation",
                "Who was asked",
                "When and how are people's views sought, and who inside and outside is consulted?",
            ),
        ),
    ),
    Step(
        "Necessity and proportion",
        (
            Place(
                "dpia.necessity",
                "Necessity",
                (
                    "What is the lawful basis? Does it reach the purpose? Is there another way? How is data kept "
                    "to the least needed and right, and how are rights supported?"
                ),
            ),
            Place(
                "dpia.policy",
                "Appropriate policy document",
                (
                    "If questions on equality are asked: how are the principles met, and how long is the data "
                    "kept (DPA 2018, Schedule 1, Part 4)?"
                ),
            ),
        ),
    ),
    Step(
        "Risks and measures",
        (
            Place(
                "dpia.risks",
                "What we see differently",
                "Which risks do you rate differently from the table, and which of your own come to it?",
            ),
        ),
    ),
    Step(
        "Deciding by machine",
        (
            Place(
                "dpia.transparency",
                "Algorithmic transparency record",
                "What does the tool decide, how does it fit into the work, who looks at it, and how good is it?",
            ),
        ),
    ),
    Step(
        "Sign-off",
        (
            Place(
                SIGN_OFF,
                "Sign-off",
                (
                    "Who approved the measures and the risk that is left, what did the data protection officer "
                    "advise, and was that followed?"
                ),
            ),
        ),
    ),
)
_RECORDS = (
    Place(
        "records.controller",
        "Controller",
        "Who is responsible, jointly with whom, and who is the data protection officer?",
    ),
    Place(
        "records.contracts",
        "Processors and contracts",
        "Who runs the computers and carries messages for you, under which contract, in which country?",
    ),
    Place(
        "records.security",
        "Your own security measures",
        "What do you do beside the software: training, devices, contracts, backups?",
    ),
)

STEPS: Sequence[Step] = _DPIA
RECORDS: Sequence[Place] = _RECORDS
PLACES: Mapping[str, Place] = {
    place.code: place for place in (*(place for step in _DPIA for place in step.places), *_RECORDS)
}


def review_due(signed_on: date | None, today: date) -> bool:
    """Whether the assessment has to be looked at: never signed off, or a year ago."""
    return signed_on is None or signed_on + REVIEW_AFTER <= today


@cache
def _suggestion(code: str) -> str:
    file = _FOLDER / f"{code}.md"
    return file.read_text(encoding="utf-8") if file.exists() else ""
