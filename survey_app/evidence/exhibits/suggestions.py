"""Which figures of a survey say something about which element of Customer Service Excellence: our own reading."""

from __future__ import annotations

from survey_app.evidence.frameworks import CSE_CODE

DRIVERS = ("delivery", "timeliness", "information", "professionalism", "staff_attitude")
RESPONSE_RATE = "response_rate"
# In the order in which they stand in a pack.
HEADLINES = ("satisfaction", *DRIVERS, "access", "resolved", RESPONSE_RATE)

_CSE = {
    "1.2.3": (RESPONSE_RATE,),
    "1.3.1": ("satisfaction", RESPONSE_RATE),
    "1.3.2": ("satisfaction",),
    "1.3.3": (*DRIVERS, "access"),
    "1.3.4": ("satisfaction",),
    "1.3.5": ("resolved", "satisfaction"),
    "2.1.4": ("staff_attitude", "satisfaction"),
    "2.2.2": ("staff_attitude", "professionalism"),
    "3.2.1": ("information",),
    "3.2.2": ("information",),
    "3.3.1": ("access",),
    "3.3.2": ("access",),
    "4.2.2": ("delivery", "resolved"),
    "5.2.2": ("resolved",),
    "5.3.1": ("timeliness", "professionalism"),
    "5.3.2": ("timeliness",),
}


def suggested_measures(framework: str, number: str) -> tuple[str, ...]:
    """What could be pinned to an element, strongest first; nothing where a survey alone shows little."""
    return _CSE.get(number, ()) if framework == CSE_CODE else ()
