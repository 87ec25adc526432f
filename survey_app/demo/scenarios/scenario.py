"""A whole scenario: what is its own, beside what most councils of the scenarios have alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.demo.scenarios import usual
from survey_app.demo.scenarios.fates import Fate
from survey_app.demo.scenarios.plans import (
    DemoUser,
    IdeaPlan,
    ImprovementPlan,
    OtherSeriesPlan,
    Pin,
    Quicker,
    SelfAssessment,
    ServicePlan,
    SitePlan,
    Split,
    StandardPlan,
    Story,
    TargetPlan,
    YearPlan,
)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A council of a kind, with three years of answers. `years` are the year before last, last year and this year."""

    name: str
    summary: str
    council: str
    domain: str
    reference_prefix: str
    services: tuple[ServicePlan, ...]
    years: tuple[YearPlan, YearPlan, YearPlan]
    users: tuple[DemoUser, ...]
    sampling_fraction: float
    sites: tuple[SitePlan, ...] = ()
    months: Mapping[int, float] = field(default_factory=lambda: usual.MONTHS)
    targets: tuple[TargetPlan, ...] = usual.TARGETS
    headline: str = "satisfaction"  # the measure named as headline of each year, before it began
    not_asked: Mapping[Fate, float] = field(default_factory=lambda: usual.NOT_ASKED)
    not_delivered: Mapping[Fate, float] = field(default_factory=lambda: usual.NOT_DELIVERED)
    # of one fate, in which proportion it was this or another
    finer: Mapping[Fate, Mapping[Fate, float]] = field(default_factory=lambda: usual.FINER)
    opens_saturdays: bool = False
    writes: float = 1.0  # how many write something, beside as many as do elsewhere
    leanings: Mapping[Fate, Mapping[str, float]] = field(default_factory=lambda: usual.LEANINGS)
    splits: tuple[Split, ...] = ()
    quicker: tuple[Quicker, ...] = ()
    stories: tuple[Story, ...] = ()
    pins: tuple[Pin, ...] = usual.PINS
    improvements: tuple[ImprovementPlan, ...] = ()
    ideas: tuple[IdeaPlan, ...] = usual.IDEAS
    assessments: tuple[SelfAssessment, ...] = ()
    series: tuple[OtherSeriesPlan, ...] = ()
    standards: tuple[StandardPlan, ...] = usual.STANDARDS
