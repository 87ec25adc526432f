"""A county whose contact centre answers six days a week, for everything from libraries to adult care."""

from __future__ import annotations

from types import MappingProxyType

from survey_app.demo.scenarios import usual
from survey_app.demo.scenarios.plans import (
    ImprovementPlan,
    MonthDay,
    OtherSeriesPlan,
    Pin,
    Quicker,
    SelfAssessment,
    VisitPlan,
    Window,
    YearPlan,
    by_channel,
)
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.services import (
    ADULT_CARE,
    BENEFITS,
    BLUE_BADGES,
    COUNCIL_TAX,
    HOUSING,
    LIBRARIES,
    PLANNING,
    REGISTRARS,
    SCHOOLS,
    STREETS,
    WASTE,
    used,
)
from survey_app.organisation.channels import Channel

_CHANNELS = {Channel.PHONE: 800_000, Channel.EMAIL: 42_000, Channel.WEBCHAT: 18_000}
_MIX = by_channel(930, 0, 49, 0, 21, 0)

_CENTRE_PINS = tuple(
    Pin(measure, (element,), is_chart=measure == "satisfaction", framework="contact-centre")
    for measure, element in (
        ("satisfaction", "F1"),
        ("response_rate", "A2"),
        ("access", "B1"),
        ("timeliness", "B4"),
        ("staff_attitude", "C1"),
        ("information", "C2"),
        ("resolved", "C4"),
    )
)

COUNTY = Scenario(
    name="county",
    summary="A county council: 800,000 calls a year on six days a week, from libraries to adult care.",
    council="Anycounty Council",
    domain="anycounty.example",
    reference_prefix="AY",
    services=(
        used(LIBRARIES, 0.16, _MIX),
        used(ADULT_CARE, 0.15, _MIX),
        used(STREETS, 0.13, _MIX),
        used(SCHOOLS, 0.12, _MIX),
        used(BLUE_BADGES, 0.11, _MIX),
        used(REGISTRARS, 0.09, _MIX),
        used(WASTE, 0.08, _MIX),
        used(COUNCIL_TAX, 0.06, _MIX),
        used(BENEFITS, 0.04, _MIX),
        used(HOUSING, 0.03, _MIX),
        used(PLANNING, 0.03, _MIX),
    ),
    years=(
        YearPlan(
            contacts=860_000,
            asked=25_100,
            delivered=23_900,
            dont_know=18,
            answers={
                "libraries": (505, 521),
                "adult-care": (442, 486),
                "streets": (365, 421),
                "schools": (352, 389),
                "blue-badges": (326, 357),
                "registrars": (282, 292),
                "waste": (236, 259),
                "council-tax": (178, 194),
                "benefits": (118, 130),
                "housing": (86, 97),
                "planning": (84, 97),
            },
            drivers={
                "delivery": 0.903,
                "timeliness": 0.872,
                "information": 0.896,
                "professionalism": 0.958,
                "staff_attitude": 0.963,
                "access": 0.884,
                "resolved": 0.812,
            },
            channels=_CHANNELS,
        ),
        YearPlan(
            contacts=860_000,
            asked=25_600,
            delivered=24_350,
            dont_know=17,
            answers={
                "libraries": (513, 528),
                "adult-care": (450, 494),
                "streets": (372, 427),
                "schools": (359, 395),
                "blue-badges": (332, 363),
                "registrars": (287, 297),
                "waste": (240, 263),
                "council-tax": (181, 197),
                "benefits": (120, 132),
                "housing": (88, 99),
                "planning": (86, 98),
            },
            drivers={
                "delivery": 0.906,
                "timeliness": 0.876,
                "information": 0.899,
                "professionalism": 0.959,
                "staff_attitude": 0.964,
                "access": 0.887,
                "resolved": 0.816,
            },
            channels=_CHANNELS,
        ),
        YearPlan(
            contacts=860_000,
            asked=26_000,
            delivered=24_800,
            dont_know=16,
            answers={
                "libraries": (524, 538),
                "adult-care": (463, 505),
                "streets": (382, 436),
                "schools": (368, 403),
                "blue-badges": (342, 371),
                "registrars": (294, 303),
                "waste": (247, 269),
                "council-tax": (186, 201),
                "benefits": (123, 134),
                "housing": (90, 101),
                "planning": (88, 100),
            },
            drivers={
                "delivery": 0.911,
                "timeliness": 0.881,
                "information": 0.902,
                "professionalism": 0.961,
                "staff_attitude": 0.966,
                "access": 0.891,
                "resolved": 0.822,
            },
            channels=_CHANNELS,
        ),
    ),
    users=usual.staff("anycounty.example", "Nadia Farooq", "Colin Reeve", "Jess Moyo", "adult-care"),
    sampling_fraction=0.05,
    pins=(*usual.PINS, *_CENTRE_PINS),
    improvements=(
        ImprovementPlan(
            title="Adult care calls go straight to an adviser of adult care",
            heading="Adult care",
            heard="I had to say twice what my mother needs.",
            did="Calls about care skip the first line.",
            done_on=MonthDay(7, 7),
            measure="resolved",
            services=("adult-care",),
            owner="Nadia Farooq",
            elements=("1.3.5", "4.3.4", "5.2.2"),
        ),
        ImprovementPlan(
            title="Blue badges renewed without a form",
            heading="Blue badges",
            heard="A badge took six weeks, and nobody said where it was.",
            did="Who renews a badge and has nothing new to tell us fills in no form, and hears from us in two weeks.",
            done_on=MonthDay(9, 15),
            measure="processing_days",
            services=("blue-badges",),
            is_decrease=True,
            prompt="complaint",
            owner="Colin Reeve",
            settling_days=0,
            elements=("1.3.2", "5.3.1"),
        ),
    ),
    quicker=(Quicker("blue-badges", 12, Window(since=MonthDay(9, 15))),),
    assessments=(
        SelfAssessment(
            framework="cse",
            owners=("Nadia Farooq", "Colin Reeve", "Mel Astley"),
            plus=("1.3.1", "1.3.4", "2.2.2", "3.3.1", "4.2.2", "5.2.2"),
            months=MappingProxyType({"2.1.5": 5, "4.1.3": 9}),
            visits=(
                VisitPlan(0, MonthDay(9, 24), 0, plus=("1.3.1", "2.2.2", "3.3.1", "4.2.2")),
                VisitPlan(1, MonthDay(9, 23), 12, to_show=("1.2.3", "1.3.4", "3.3.1", "4.2.3", "5.2.2", "5.3.1")),
            ),
        ),
        SelfAssessment(
            framework="contact-centre",
            owners=("Nadia Farooq", "Colin Reeve", "Duty manager"),
            plus=("A2", "B1", "C1", "C7", "F1"),
            partial=MappingProxyType({"C5": "Counted for half of the services so far."}),
            visits=(VisitPlan(0, MonthDay(10, 15), 0, plus=("A2", "C1", "F1")), VisitPlan(1, MonthDay(10, 14), 12)),
            assessed_by="Peers of other counties",
        ),
    ),
    series=(
        OtherSeriesPlan(
            name="Satisfied with the contact centre: independent survey",
            source="Independent survey by telephone, 1,000 residents, each November",
            counts=((894, 1_000), (901, 1_000), (907, 1_000)),
            month=11,
            target=0.9,
        ),
    ),
    writes=0.8,
    opens_saturdays=True,
)
