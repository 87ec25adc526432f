"""A town that asks callers each month, and looks at its months."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from survey_app.demo.scenarios import usual
from survey_app.demo.scenarios.plans import (
    ImprovementPlan,
    MonthDay,
    Pin,
    SelfAssessment,
    VisitPlan,
    YearPlan,
    by_channel,
)
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.services import (
    BENEFITS,
    COUNCIL_TAX,
    HOUSING,
    LIBRARIES,
    PARKING,
    PLANNING,
    REGISTRARS,
    STREETS,
    WASTE,
    used,
)

_CALLS = by_channel(1, 0, 0, 0, 0, 0)
_MARCH = {3: 1.0}
_BEFORE_MARCH = {month: weight for month, weight in usual.MONTHS.items() if month not in _MARCH}


def _month(
    *, contacts: int, asked: int, delivered: int, answers: Mapping[str, tuple[int, int]], polite: int, timely: int
) -> YearPlan:
    """March by itself: all who answered said whether they were treated politely, and whether it was in good time."""
    return YearPlan(
        contacts=contacts,
        asked=asked,
        delivered=delivered,
        dont_know=0,
        answers=answers,
        drivers={"delivery": 0.895, "information": 0.87, "staff_attitude": 0.96, "access": 0.84, "resolved": 0.80},
        counted={"professionalism": polite, "timeliness": timely},
        months=_MARCH,
    )


TOWN = Scenario(
    name="town",
    summary="A town council: one month of calls, 424 answers, 91% satisfied, up 5 points.",
    council="Anytown Council",
    domain="anytown.example",
    reference_prefix="AT",
    services=(
        used(COUNCIL_TAX, 0.30, _CALLS),
        used(WASTE, 0.24, _CALLS),
        used(BENEFITS, 0.13, _CALLS),
        used(HOUSING, 0.12, _CALLS),
        used(STREETS, 0.08, _CALLS),
        used(PARKING, 0.05, _CALLS),
        used(PLANNING, 0.04, _CALLS),
        used(LIBRARIES, 0.02, _CALLS),
        used(REGISTRARS, 0.02, _CALLS),
    ),
    years=(
        YearPlan(
            contacts=155_730,
            asked=34_650,
            delivered=32_910,
            dont_know=31,
            answers={
                "council-tax": (1_138, 1_302),
                "waste": (862, 1_041),
                "benefits": (491, 570),
                "housing": (426, 527),
                "streets": (266, 345),
                "parking": (182, 217),
                "planning": (126, 171),
                "libraries": (88, 91),
                "registrars": (86, 89),
            },
            drivers={
                "delivery": 0.838,
                "timeliness": 0.801,
                "information": 0.834,
                "professionalism": 0.944,
                "staff_attitude": 0.941,
                "access": 0.812,
                "resolved": 0.742,
            },
        ),
        YearPlan(
            contacts=143_180,
            asked=31_820,
            delivered=30_240,
            dont_know=29,
            answers={
                "council-tax": (1_061, 1_208),
                "waste": (808, 964),
                "benefits": (460, 529),
                "housing": (400, 488),
                "streets": (253, 321),
                "parking": (172, 202),
                "planning": (120, 159),
                "libraries": (82, 84),
                "registrars": (80, 83),
            },
            drivers={
                "delivery": 0.846,
                "timeliness": 0.812,
                "information": 0.840,
                "professionalism": 0.948,
                "staff_attitude": 0.946,
                "access": 0.820,
                "resolved": 0.751,
            },
            months=_BEFORE_MARCH,
            beside=(
                _month(
                    contacts=13_515,
                    asked=2_940,
                    delivered=2_795,
                    answers={
                        "council-tax": (112, 126),
                        "waste": (86, 101),
                        "benefits": (48, 55),
                        "housing": (42, 50),
                        "streets": (26, 34),
                        "parking": (18, 21),
                        "planning": (12, 16),
                        "libraries": (8, 8),
                        "registrars": (9, 9),
                    },
                    polite=399,
                    timely=343,
                ),
            ),
        ),
        YearPlan(
            contacts=145_240,
            asked=32_160,
            delivered=30_560,
            dont_know=27,
            answers={
                "council-tax": (1_115, 1_241),
                "waste": (854, 990),
                "benefits": (484, 543),
                "housing": (422, 500),
                "streets": (270, 329),
                "parking": (180, 207),
                "planning": (127, 163),
                "libraries": (84, 86),
                "registrars": (83, 85),
            },
            drivers={
                "delivery": 0.868,
                "timeliness": 0.842,
                "information": 0.852,
                "professionalism": 0.957,
                "staff_attitude": 0.954,
                "access": 0.829,
                "resolved": 0.768,
            },
            months=_BEFORE_MARCH,
            beside=(
                _month(
                    contacts=13_640,
                    asked=2_910,
                    delivered=2_768,
                    answers={
                        "council-tax": (119, 127),
                        "waste": (92, 102),
                        "benefits": (51, 56),
                        "housing": (45, 51),
                        "streets": (30, 34),
                        "parking": (19, 21),
                        "planning": (13, 16),
                        "libraries": (8, 8),
                        "registrars": (9, 9),
                    },
                    polite=411,
                    timely=373,
                ),
            ),
        ),
    ),
    users=usual.staff("anytown.example", "Helen Marsh", "Dev Patel", "Kim Boyd", "council-tax"),
    sampling_fraction=0.33,
    pins=(
        *usual.PINS,
        *(Pin(measure, ("1.3.3",), month=3) for measure in ("satisfaction", "professionalism", "timeliness")),
    ),
    improvements=(
        ImprovementPlan(
            title="Advisers see where a case stands",
            heading="Calls",
            heard="I had to tell my story again with every call.",
            did="Advisers see the whole of a case, from the first call to the last letter.",
            done_on=MonthDay(12, 1),
            measure="satisfaction",
            owner="Helen Marsh",
            settling_days=0,
            elements=("1.3.2", "1.3.5", "5.2.3"),
        ),
    ),
    assessments=(
        SelfAssessment(
            framework="cse",
            owners=("Helen Marsh", "Dev Patel", "Sue Ritchie"),
            plus=("1.3.1", "1.3.4", "2.2.2", "2.2.4", "3.2.2", "4.2.1", "4.3.4", "5.2.3"),
            months=MappingProxyType({"1.2.3": 7, "2.1.5": 6, "4.1.3": 8}),
            visits=(
                VisitPlan(-1, MonthDay(11, 20), 0, plus=("1.3.1", "2.2.2", "4.2.1", "4.3.4", "5.2.3")),
                VisitPlan(0, MonthDay(11, 19), 12, plus=("1.3.1", "2.2.2", "3.2.2", "4.2.1", "4.3.4", "5.2.3")),
                VisitPlan(1, MonthDay(11, 18), 24, to_show=("1.3.4", "2.2.4", "4.1.3", "5.3.3")),
            ),
        ),
    ),
    writes=0.4,
)
