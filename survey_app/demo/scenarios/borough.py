"""A borough that did well, and can show why."""

from __future__ import annotations

from types import MappingProxyType

from survey_app.demo.scenarios.fates import Fate
from survey_app.demo.scenarios.plans import (
    DemoUser,
    Dip,
    MonthDay,
    Pin,
    Quicker,
    Scenario,
    SitePlan,
    Split,
    Story,
    TargetPlan,
    Window,
    YearPlan,
)
from survey_app.demo.scenarios.services import (
    BENEFITS,
    CEMETERIES,
    COUNCIL_TAX,
    HOUSING,
    LIBRARIES,
    LICENSING,
    PARKING,
    PLANNING,
    REGISTRARS,
    WASTE,
)
from survey_app.organisation.channels import Channel

_RECEPTION_OPENS = MonthDay(6, 2)
_OFFICERS_AT_THE_DESK = MonthDay(9, 1)
_QUICKER_BENEFITS = MonthDay(10, 6)

BOROUGH = Scenario(
    name="borough",
    summary="A borough council: 99% satisfied against a target of over 90%, 97% the year before.",
    council="Anyborough Council",
    domain="anyborough.example",
    reference_prefix="AB",
    services=(PLANNING, HOUSING, WASTE, COUNCIL_TAX, BENEFITS, PARKING, LIBRARIES, REGISTRARS, LICENSING, CEMETERIES),
    sites=(
        SitePlan("town-hall", "Town Hall", 0.38),
        SitePlan("riverside-house", "Riverside House", 0.62, Window(since=_RECEPTION_OPENS)),
    ),
    years=(
        YearPlan(
            contacts=93_205,
            asked=9_980,
            delivered=9_506,
            dont_know=6,
            answers={
                "planning": (74, 77),
                "housing": (160, 174),
                "waste": (208, 214),
                "council-tax": (241, 247),
                "benefits": (135, 140),
                "parking": (123, 127),
                "libraries": (95, 96),
                "registrars": (55, 56),
                "licensing": (7, 7),
                "cemeteries": (11, 12),
            },
            drivers={
                "delivery": 0.950,
                "timeliness": 0.928,
                "information": 0.905,
                "professionalism": 0.985,
                "staff_attitude": 0.988,
                "access": 0.940,
                "resolved": 0.865,
            },
        ),
        YearPlan(
            contacts=94_880,
            asked=10_120,
            delivered=9_655,
            dont_know=5,
            answers={
                "planning": (77, 80),
                "housing": (165, 180),
                "waste": (215, 221),
                "council-tax": (251, 255),
                "benefits": (141, 144),
                "parking": (128, 131),
                "libraries": (99, 100),
                "registrars": (57, 58),
                "licensing": (7, 7),
                "cemeteries": (12, 12),
            },
            drivers={
                "delivery": 0.958,
                "timeliness": 0.935,
                "information": 0.915,
                "professionalism": 0.988,
                "staff_attitude": 0.990,
                "access": 0.945,
                "resolved": 0.870,
            },
            dips=(Dip("waste", month=11, share=0.84),),  # collections missed after a change of rounds
        ),
        YearPlan(
            contacts=96_412,
            asked=10_314,
            delivered=9_826,
            dont_know=4,
            answers={
                "planning": (71, 78),
                "housing": (186, 187),
                "waste": (229, 230),
                "council-tax": (261, 262),
                "benefits": (149, 150),
                "parking": (136, 137),
                "libraries": (104, 104),
                "registrars": (62, 62),
                "licensing": (8, 8),
                "cemeteries": (16, 16),
            },
            drivers={
                "delivery": 0.976,
                "timeliness": 0.937,
                "information": 0.929,
                "professionalism": 0.990,
                "staff_attitude": 0.991,
                "access": 0.960,
                "resolved": 0.895,
            },
            scanned=41,
        ),
    ),
    months={4: 98, 5: 101, 6: 104, 7: 107, 8: 96, 9: 110, 10: 112, 11: 105, 12: 84, 1: 108, 2: 103, 3: 106},
    targets=(
        TargetPlan("satisfaction", 0.90, is_over=True),
        TargetPlan("delivery", 0.90),
        TargetPlan("timeliness", 0.85),
        TargetPlan("information", 0.90),
        TargetPlan("professionalism", 0.90),
        TargetPlan("staff_attitude", 0.90),
        TargetPlan("access", 0.90),
        TargetPlan("resolved", 0.85),
    ),
    users=(
        DemoUser("cse.lead@anyborough.example", "Priya Shah", "cse_lead"),
        DemoUser("manager.planning@anyborough.example", "Tom Ellis", "service_manager", ("planning",)),
        DemoUser("manager.housing@anyborough.example", "Grace Adeyemi", "service_manager", ("housing",)),
        DemoUser("adviser@anyborough.example", "Sam Okafor", "adviser", ("council-tax", "benefits")),
        DemoUser("assessor@anyborough.example", "Alan Whitfield", "assessor"),
        DemoUser("admin@anyborough.example", "Jo Carter", "administrator"),
    ),
    sampling_fraction=0.18,
    headline="satisfaction",
    not_asked={
        Fate.NOT_SAMPLED: 47_588,
        Fate.NO_ADDRESS: 21_340,
        Fate.RECENTLY_ASKED: 9_870,
        Fate.SENSITIVE: 2_410,
        Fate.OPTED_OUT: 1_630,
        Fate.OPEN_COMPLAINT: 1_480,
        Fate.DO_NOT_SURVEY: 1_265,
        Fate.TOO_OLD: 515,
    },
    not_delivered={
        Fate.UNDELIVERABLE: 371,
        Fate.OPTED_OUT_UNSENT: 52,
        Fate.FAILED: 38,
        Fate.TOO_OLD_UNSENT: 27,
    },
    finer={
        Fate.RECENTLY_ASKED: {Fate.RECENTLY_ASKED: 7_666, Fate.SAME_CASE: 2_204},
        Fate.DO_NOT_SURVEY: {Fate.DO_NOT_SURVEY: 768, Fate.STAFF: 497},
        Fate.UNDELIVERABLE: {Fate.UNDELIVERABLE: 279, Fate.UNAVAILABLE: 61, Fate.STOPPED_BY_NETWORK: 31},
    },
    # By service or channel; 1 where nothing is said.
    leanings={
        Fate.NO_ADDRESS: {"phone": 1.4, "face_to_face": 1.7, "letter": 1.8, "web": 0.1, "email": 0.02, "webchat": 0.3},
        Fate.SENSITIVE: {"housing": 2.5, "registrars": 3.0, "cemeteries": 5.0, "benefits": 1.3},
        Fate.OPEN_COMPLAINT: {"waste": 1.8, "housing": 1.5, "planning": 1.5},
        Fate.SATISFIED: {"web": 0.86, "face_to_face": 1.4, "letter": 1.4, "webchat": 1.06},
        Fate.DISSATISFIED: {"web": 0.9, "email": 1.6, "face_to_face": 0.9},
        Fate.SCANNED: {"phone": 0.02, "face_to_face": 0.02, "letter": 0.02, "webchat": 0.1, "libraries": 0.1},
    },
    splits=(
        Split("resolved", 0.773, Window(until=_OFFICERS_AT_THE_DESK), service="housing"),
        Split("resolved", 0.894, Window(since=_OFFICERS_AT_THE_DESK), service="housing"),
        Split("access", 0.885, Window(until=_RECEPTION_OPENS), channel=Channel.FACE_TO_FACE),
        Split("access", 0.972, Window(since=_RECEPTION_OPENS), channel=Channel.FACE_TO_FACE),
        Split("timeliness", 0.871, Window(until=_QUICKER_BENEFITS), service="benefits"),
        Split("timeliness", 0.919, Window(since=_QUICKER_BENEFITS), service="benefits"),
    ),
    quicker=(Quicker("benefits", 17, Window(since=_QUICKER_BENEFITS)),),
    stories=(
        Story("hearing-back", service="planning", pull=1.0),
        Story("missed-collections", service="waste", pull=0.8),
        Story("passed-around", Window(until=_OFFICERS_AT_THE_DESK), service="housing", pull=0.8),
        Story(
            "front-desk", Window(since=_OFFICERS_AT_THE_DESK), service="housing", channel=Channel.FACE_TO_FACE, pull=0.9
        ),
        Story("quicker-decisions", Window(since=_QUICKER_BENEFITS), service="benefits", pull=0.3),
        Story("riverside-reception", Window(since=_RECEPTION_OPENS), channel=Channel.FACE_TO_FACE, pull=0.3),
    ),
    pins=(
        Pin("satisfaction", ("1.3.2", "1.3.4", "2.1.4"), is_chart=True),
        Pin("response_rate", ("1.3.1",)),
        Pin("delivery", ("1.3.3", "4.2.2")),
        Pin("timeliness", ("1.3.3", "5.3.1")),
        Pin("information", ("1.3.3", "3.2.1")),
        Pin("professionalism", ("1.3.3", "2.2.2")),
        Pin("staff_attitude", ("1.3.3", "2.1.4", "2.2.2")),
        Pin("access", ("3.3.1",)),
        Pin("resolved", ("5.2.2",)),
    ),
    claims=MappingProxyType(
        {
            "1.3.2": "We ask people after they contact us, in every service and by every channel, and publish how many "
            "answered beside what they said.",
            "1.3.4": "Our target is that over 90% are satisfied. It was set before the year began, and whether a year "
            "beat the last is tested before we say so.",
            "2.1.4": "Everybody who answers is asked whether the people they dealt with were polite and listened. What "
            "they say stands beside this claim, with its base and interval.",
        }
    ),
)
