"""What the councils of several scenarios have alike."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.demo.scenarios.fates import Fate
from survey_app.demo.scenarios.plans import DemoUser, IdeaPlan, Pin, StandardPlan, TargetPlan

MONTHS: Mapping[int, float] = {
    4: 98, 5: 101, 6: 102, 7: 106, 8: 95, 9: 110, 10: 111, 11: 104, 12: 83, 1: 109, 2: 103, 3: 107,
}  # fmt: skip

NOT_ASKED: Mapping[Fate, float] = {
    Fate.NOT_SAMPLED: 640,
    Fate.NO_ADDRESS: 190,
    Fate.RECENTLY_ASKED: 90,
    Fate.SENSITIVE: 28,
    Fate.OPTED_OUT: 19,
    Fate.OPEN_COMPLAINT: 14,
    Fate.DO_NOT_SURVEY: 12,
    Fate.TOO_OLD: 7,
}
NOT_DELIVERED: Mapping[Fate, float] = {
    Fate.UNDELIVERABLE: 78,
    Fate.OPTED_OUT_UNSENT: 10,
    Fate.FAILED: 7,
    Fate.TOO_OLD_UNSENT: 5,
}
FINER: Mapping[Fate, Mapping[Fate, float]] = {
    Fate.RECENTLY_ASKED: {Fate.RECENTLY_ASKED: 70, Fate.SAME_CASE: 30},
    Fate.DO_NOT_SURVEY: {Fate.DO_NOT_SURVEY: 61, Fate.STAFF: 39},
    Fate.UNDELIVERABLE: {Fate.UNDELIVERABLE: 75, Fate.UNAVAILABLE: 17, Fate.STOPPED_BY_NETWORK: 8},
}
LEANINGS: Mapping[Fate, Mapping[str, float]] = {
    Fate.NO_ADDRESS: {"phone": 1.3, "face_to_face": 1.6, "letter": 1.8, "web": 0.1, "email": 0.02, "webchat": 0.3},
    Fate.SENSITIVE: {"housing": 2.5, "registrars": 3.0, "benefits": 1.3, "adult-care": 3.0},
    Fate.OPEN_COMPLAINT: {"waste": 1.8, "housing": 1.5, "planning": 1.5},
    Fate.SATISFIED: {"web": 0.86, "face_to_face": 1.3},
    Fate.DISSATISFIED: {"web": 0.9, "email": 1.6},
}

TARGETS = (
    TargetPlan("satisfaction", 0.90),
    TargetPlan("delivery", 0.90),
    TargetPlan("timeliness", 0.85),
    TargetPlan("information", 0.90),
    TargetPlan("professionalism", 0.95),
    TargetPlan("staff_attitude", 0.95),
    TargetPlan("access", 0.90),
    TargetPlan("resolved", 0.80),
)

PINS = (
    Pin("satisfaction", ("1.3.2", "1.3.4", "2.1.4"), is_chart=True),
    Pin("response_rate", ("1.2.3", "1.3.1")),
    Pin("delivery", ("1.3.3", "4.2.2"), is_chart=True),
    Pin("timeliness", ("1.3.3", "5.2.5", "5.3.1"), is_chart=True),
    Pin("information", ("1.3.3", "3.2.1", "3.2.2")),
    Pin("professionalism", ("1.3.3", "2.2.2")),
    Pin("staff_attitude", ("1.3.3", "2.1.4", "2.2.2")),
    Pin("access", ("3.3.1", "3.3.2")),
    Pin("resolved", ("5.2.2", "5.2.3")),
)

STANDARDS = (
    StandardPlan("Being satisfied", "You will be satisfied with how we served you.", measure="satisfaction"),
    StandardPlan("Good time", "You will hear from us, and have your answer, in good time.", measure="timeliness"),
    StandardPlan("What we promise", "We will do what we said we would do.", measure="delivery"),
    StandardPlan("Courtesy", "You will be treated politely by people who know their work.", measure="professionalism"),
    StandardPlan(
        "Calls",
        "We will answer your call within two minutes.",
        target="80 in 100 calls",
        figure="84 in 100 calls",
        source="Telephone system, counted each month",
    ),
)

IDEAS = (
    IdeaPlan(
        "Half of my calls begin with a reference number that nobody can find. Could it stand at the top of each "
        "letter, in large print?"
    ),
    IdeaPlan(
        "Let us text people a link to the form while they are still on the line.",
        answer="A good one. The telephone system cannot do it yet; we ask for it in the new contract.",
    ),
)


def staff(domain: str, lead: str, manager: str, adviser: str, service: str) -> tuple[DemoUser, ...]:
    """One of each role, by name; the manager and the adviser are of one service."""
    return (
        DemoUser(f"cse.lead@{domain}", lead, "cse_lead"),
        DemoUser(f"manager@{domain}", manager, "service_manager", (service,)),
        DemoUser(f"adviser@{domain}", adviser, "adviser", (service,)),
        DemoUser(f"assessor@{domain}", "Visiting assessor", "assessor"),
        DemoUser(f"admin@{domain}", "Systems administrator", "administrator"),
    )
