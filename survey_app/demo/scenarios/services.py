"""What councils do for people, and why people get in touch about it: drawn on by all scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from survey_app.demo.scenarios.plans import Reason, ServicePlan, by_channel
from survey_app.organisation.channels import Channel

PLANNING = ServicePlan(
    "planning",
    "Planning",
    "Planning support",
    0.064,
    by_channel(34, 30, 28, 5, 1, 2),
    (
        Reason("Progress of an application", 46, 12),
        Reason("Advice before applying", 24, 15),
        Reason("Comment on an application", 18),
        Reason("Building control", 12, 3),
    ),
    business=0.2,
)
HOUSING = ServicePlan(
    "housing",
    "Housing options",
    "Housing options",
    0.158,
    by_channel(44, 14, 12, 26, 3, 1),
    (
        Reason("Housing register", 38, 8),
        Reason("At risk of homelessness", 22, 5),
        Reason("Repair in temporary accommodation", 25, 3),
        Reason("Advice for private tenants", 15),
    ),
)
WASTE = ServicePlan(
    "waste",
    "Waste and recycling",
    "Waste contract team",
    0.196,
    by_channel(40, 42, 10, 1, 7, 0.4),
    (
        Reason("Missed collection", 36, 2),
        Reason("New or replacement bin", 28, 6),
        Reason("Bulky collection", 16, 7),
        Reason("Garden waste", 20),
    ),
    business=0.05,
)
COUNCIL_TAX = ServicePlan(
    "council-tax",
    "Council tax",
    "Revenues",
    0.215,
    by_channel(52, 22, 13, 6, 5, 2),
    (
        Reason("Moving home", 32, 5),
        Reason("Bill or instalments", 36),
        Reason("Discount or exemption", 22, 9),
        Reason("Reminder or summons", 10),
    ),
    business=0.06,
)
BENEFITS = ServicePlan(
    "benefits",
    "Benefits",
    "Benefits assessment",
    0.118,
    by_channel(45, 18, 12, 19, 4, 2),
    (
        Reason("New claim", 34, 24),
        Reason("Change of circumstances", 36, 24),
        Reason("Progress of a claim", 20),
        Reason("Payment", 10),
    ),
)
PARKING = ServicePlan(
    "parking",
    "Parking and permits",
    "Parking services",
    0.112,
    by_channel(30, 44, 16, 4, 5, 1),
    (
        Reason("Resident's permit", 48, 3),
        Reason("Challenge to a penalty charge", 30, 14),
        Reason("Visitors' vouchers", 22),
    ),
    business=0.05,
)
LIBRARIES = ServicePlan(
    "libraries",
    "Libraries",
    "Libraries",
    0.078,
    by_channel(18, 30, 8, 43, 1, 0.2),
    (Reason("Loans and renewals", 55), Reason("Computers and printing", 25), Reason("Events", 20)),
    has_desk=False,
)
REGISTRARS = ServicePlan(
    "registrars",
    "Registrars",
    "Registration service",
    0.048,
    by_channel(38, 24, 8, 29, 1, 1),
    (Reason("Birth", 34, 2), Reason("Death", 30, 1), Reason("Marriage", 20, 10), Reason("Certificate", 16, 4)),
)
LICENSING = ServicePlan(
    "licensing",
    "Licensing",
    "Licensing",
    0.007,
    by_channel(26, 36, 30, 6, 1, 1),
    (Reason("Taxi licence", 55, 18), Reason("Premises licence", 30, 24), Reason("Street trading", 15, 10)),
    business=0.6,
)
CEMETERIES = ServicePlan(
    "cemeteries",
    "Cemeteries",
    "Bereavement services",
    0.013,
    by_channel(58, 8, 14, 14, 0.2, 6),
    (Reason("Burial or cremation", 60, 4), Reason("Memorial", 40, 15)),
)
STREETS = ServicePlan(
    "streets",
    "Streets and highways",
    "Street care",
    0.08,
    by_channel(46, 36, 12, 1, 4, 1),
    (
        Reason("Pothole or pavement", 44, 15),
        Reason("Street light", 22, 8),
        Reason("Fly-tipping", 20, 3),
        Reason("Grass and trees", 14),
    ),
)
ENVIRONMENTAL_HEALTH = ServicePlan(
    "environmental-health",
    "Environmental health",
    "Environmental health",
    0.03,
    by_channel(50, 26, 18, 3, 2, 1),
    (Reason("Noise", 42, 10), Reason("Pests", 33, 5), Reason("Food safety", 25, 12)),
    business=0.3,
)
ADULT_CARE = ServicePlan(
    "adult-care",
    "Adult social care",
    "Adult care advice",
    0.14,
    by_channel(78, 8, 10, 2, 1, 1),
    (
        Reason("Care at home", 36, 10),
        Reason("Equipment or adaptations", 28, 8),
        Reason("Paying for care", 22),
        Reason("Worry about somebody", 14, 1),
    ),
)
SCHOOLS = ServicePlan(
    "schools",
    "Schools and admissions",
    "School admissions",
    0.1,
    by_channel(60, 22, 14, 1, 2, 1),
    (Reason("Admission", 52, 15), Reason("Transport to school", 30, 10), Reason("Free school meals", 18, 3)),
)
BLUE_BADGES = ServicePlan(
    "blue-badges",
    "Blue badges and bus passes",
    "Travel permits",
    0.11,
    by_channel(64, 22, 8, 4, 1, 1),
    (Reason("Blue badge", 56, 20), Reason("Bus pass", 34, 5), Reason("Lost or stolen", 10, 3)),
)


def used(service: ServicePlan, volume: float, channels: Mapping[Channel, float] | None = None) -> ServicePlan:
    """The service as another council's residents use it."""
    return replace(service, volume=volume, channels=channels or service.channels)
