"""A city whose contact centre a contractor runs: for residents, for the council's own services, and for partners."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from survey_app.demo.scenarios import usual
from survey_app.demo.scenarios.plans import (
    ImprovementPlan,
    MonthDay,
    Pin,
    Reason,
    SelfAssessment,
    ServicePlan,
    SitePlan,
    VisitPlan,
    YearPlan,
    by_channel,
)
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.services import (
    BENEFITS,
    COUNCIL_TAX,
    ENVIRONMENTAL_HEALTH,
    HOUSING,
    LIBRARIES,
    PARKING,
    PLANNING,
    REGISTRARS,
    STREETS,
    WASTE,
    used,
)
from survey_app.organisation.channels import Channel, CustomerKind

_CHANNELS = {Channel.PHONE: 240_000, Channel.EMAIL: 67_000, Channel.FACE_TO_FACE: 60_000}
_TEAMS = ServicePlan(
    "council-teams",
    "Work for council teams",
    "Client support",
    1,
    by_channel(42, 0, 55, 3, 0, 0),
    (
        Reason("Message for callers", 38),
        Reason("Change of script or opening hours", 27, 3),
        Reason("Report on calls", 20, 5),
        Reason("Mailing or campaign", 15, 10),
    ),
    customers=CustomerKind.INTERNAL,
)
_PARTNERS = ServicePlan(
    "partners",
    "Work with partners",
    "Partnership desk",
    1,
    by_channel(52, 0, 46, 2, 0, 0),
    (Reason("Referral", 48, 2), Reason("Joint enquiry", 32, 4), Reason("Out-of-hours cover", 20)),
    customers=CustomerKind.PARTNER,
)


def _of_teams(satisfied: int, base: int, timeliness: float) -> YearPlan:
    return YearPlan(
        contacts=5_240,
        asked=910,
        delivered=884,
        dont_know=3,
        answers={_TEAMS.code: (satisfied, base)},
        drivers={"delivery": 0.862, "timeliness": timeliness, "information": 0.841, "professionalism": 0.902},
    )


def _of_partners(satisfied: int, base: int, timeliness: float) -> YearPlan:
    return YearPlan(
        contacts=1_460,
        asked=430,
        delivered=418,
        dont_know=2,
        answers={_PARTNERS.code: (satisfied, base)},
        drivers={"delivery": 0.891, "timeliness": timeliness, "information": 0.868, "access": 0.912},
    )


_PLUS = ("1.1.2", "1.3.1", "1.3.5", "2.2.1", "2.2.2", "2.2.5", "3.3.1", "3.4.1", "4.2.2", "5.2.2", "5.3.1")
# An award a year for eleven years: full assessments with two reviews after each.
_AWARDS = tuple(
    VisitPlan(
        year=number - 10,
        day=MonthDay(11, 14),
        months=12 * (number % 3),
        plus=_PLUS[: 1 + number],
        report=f"Award {number + 1}: compliant on all 57 elements.",
    )
    for number in range(11)
)

CITY = Scenario(
    name="city",
    summary="A city whose centre a contractor runs: 240,000 calls, 67,000 e-mails and 60,000 visits a year.",
    council="Anycity Council",
    domain="anycity.example",
    reference_prefix="AC",
    services=(
        used(COUNCIL_TAX, 0.24, by_channel(66, 0, 20, 14, 0, 0)),
        used(HOUSING, 0.17, by_channel(62, 0, 12, 26, 0, 0)),
        used(BENEFITS, 0.15, by_channel(60, 0, 12, 28, 0, 0)),
        used(WASTE, 0.14, by_channel(74, 0, 23, 3, 0, 0)),
        used(PARKING, 0.09, by_channel(62, 0, 28, 10, 0, 0)),
        used(STREETS, 0.08, by_channel(74, 0, 24, 2, 0, 0)),
        used(REGISTRARS, 0.05, by_channel(60, 0, 10, 30, 0, 0)),
        used(PLANNING, 0.04, by_channel(58, 0, 32, 10, 0, 0)),
        replace(used(LIBRARIES, 0.02, by_channel(70, 0, 20, 10, 0, 0)), has_desk=True),
        used(ENVIRONMENTAL_HEALTH, 0.02, by_channel(70, 0, 26, 4, 0, 0)),
        _TEAMS,
        _PARTNERS,
    ),
    sites=(
        SitePlan("central-hub", "Central Hub", 0.55),
        SitePlan("north-hub", "North Hub", 0.27),
        SitePlan("quayside-hub", "Quayside Hub", 0.18),
    ),
    years=(
        YearPlan(
            contacts=367_000,
            asked=21_400,
            delivered=20_310,
            dont_know=14,
            answers={
                "council-tax": (552, 634),
                "housing": (391, 452),
                "benefits": (345, 398),
                "waste": (333, 371),
                "parking": (210, 238),
                "streets": (186, 212),
                "registrars": (130, 133),
                "planning": (87, 106),
                "libraries": (52, 53),
                "environmental-health": (47, 53),
            },
            drivers={
                "delivery": 0.872,
                "timeliness": 0.846,
                "information": 0.868,
                "professionalism": 0.951,
                "staff_attitude": 0.955,
                "access": 0.862,
                "resolved": 0.791,
            },
            channels=_CHANNELS,
            beside=(_of_teams(251, 306, 0.792), _of_partners(127, 146, 0.845)),
        ),
        YearPlan(
            contacts=367_000,
            asked=21_900,
            delivered=20_780,
            dont_know=15,
            answers={
                "council-tax": (567, 645),
                "housing": (404, 460),
                "benefits": (356, 405),
                "waste": (343, 378),
                "parking": (214, 242),
                "streets": (191, 215),
                "registrars": (133, 135),
                "planning": (89, 108),
                "libraries": (53, 54),
                "environmental-health": (48, 54),
            },
            drivers={
                "delivery": 0.881,
                "timeliness": 0.857,
                "information": 0.874,
                "professionalism": 0.955,
                "staff_attitude": 0.958,
                "access": 0.869,
                "resolved": 0.803,
            },
            channels=_CHANNELS,
            beside=(_of_teams(255, 308, 0.801), _of_partners(129, 147, 0.851)),
        ),
        YearPlan(
            contacts=367_000,
            asked=22_300,
            delivered=21_150,
            dont_know=13,
            answers={
                "council-tax": (619, 658),  # improved beyond chance
                "housing": (422, 469),
                "benefits": (371, 413),
                "waste": (353, 385),
                "parking": (219, 247),
                "streets": (194, 219),
                "registrars": (136, 138),
                "planning": (90, 110),
                "libraries": (54, 55),
                "environmental-health": (49, 55),
            },
            drivers={
                "delivery": 0.903,
                "timeliness": 0.884,
                "information": 0.889,
                "professionalism": 0.962,
                "staff_attitude": 0.964,
                "access": 0.881,
                "resolved": 0.824,
            },
            channels=_CHANNELS,
            beside=(_of_teams(262, 310, 0.823), _of_partners(131, 148, 0.862)),
        ),
    ),
    users=usual.staff("anycity.example", "Marta Nowak", "Owen Price", "Leila Haddad", "council-tax"),
    sampling_fraction=0.1,
    pins=(*usual.PINS, Pin("satisfaction", ("3.4.1", "3.4.2"), customers=CustomerKind.PARTNER)),
    improvements=(
        ImprovementPlan(
            title="Council tax calls end with the answer",
            heading="Council tax",
            heard="The contractor took a message, and the council rang back days later.",
            did="The contractor's advisers change instalments and discounts themselves.",
            done_on=MonthDay(4, 22),
            measure="satisfaction",
            services=("council-tax",),
            owner="Marta Nowak",
            settling_days=0,
            elements=("1.3.2", "1.3.5", "3.4.2", "5.2.2"),
        ),
        ImprovementPlan(
            title="Queue tickets at the Central Hub",
            heading="Visiting us",
            heard="Nobody knew whose turn it was.",
            did="Visitors take a ticket and see how long it will be.",
            done_on=MonthDay(10, 13),
            measure="timeliness",
            channels=(Channel.FACE_TO_FACE,),
            prompt="staff_idea",
            place="Central Hub",
            owner="Owen Price",
            cost_pounds=12_500,
            elements=("3.3.3", "4.3.4"),
        ),
    ),
    assessments=(
        SelfAssessment(
            framework="cse",
            owners=("Marta Nowak", "Owen Price", "Contract manager", "Ines Duarte"),
            plus=_PLUS,
            partial=MappingProxyType({"4.2.3": "Compared with one other centre of the contractor only."}),
            months=MappingProxyType({"1.2.3": 6, "2.1.5": 9, "4.1.3": 4}),
            visits=(*_AWARDS, VisitPlan(1, MonthDay(11, 12), 24, to_show=("1.3.4", "3.4.2", "4.2.3", "5.3.3"))),
        ),
    ),
    writes=0.8,
)
