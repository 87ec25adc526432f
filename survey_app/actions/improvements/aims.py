"""What an improvement should move, as it is named when it is entered: a measure, where, and which way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from survey_app.actions.models import Direction
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import Channel
from survey_app.organisation.scope import Scope

Where = Mapping[str, Sequence[str]]  # codes by filter: service, channel, site
NOT_FOUND = "There is no such improvement."


@dataclass(frozen=True)
class Aim:
    """One measure, and the codes of services, channels and sites; none of a kind are all of it."""

    measure: str
    direction: Direction = Direction.INCREASE
    services: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    @property
    def where(self) -> dict[str, list[str]]:
        """As it is stored, and as figures take it."""
        named = {"service": self.services, "channel": self.channels, "site": self.sites}
        return {name: sorted(set(codes)) for name, codes in named.items() if codes}

    @classmethod
    def of(cls, measure: str, direction: Direction, where: Where) -> Aim:
        """What was stored, read again."""
        services, channels, sites = (tuple(where.get(name, ())) for name in ("service", "channel", "site"))
        return cls(measure, direction, services, channels, sites)


def can_be_moved(measure: Measure) -> bool:
    """A plain count is no figure that gets better or worse."""
    return measure.unit is not Unit.COUNT


def check_aim(aim: Aim, measure: Measure, services: ServiceTree, sites: Collection[str], scope: Scope) -> None:
    """InvalidInput for a measure that makes no claim, or a place that is not there; NotFound outside a viewer's own."""
    if not can_be_moved(measure):
        raise InvalidInput(f"{measure.label} is a plain count: choose a measure that can get better.")
    unknown = [code for code in aim.channels if code not in set(Channel)] + [
        code for code in aim.sites if code not in sites
    ]
    if unknown:
        raise InvalidInput(f"There is no channel or site {', '.join(unknown)}.")
    try:
        services.ids(aim.services)
        is_own = is_within(aim.where, services, scope)
    except NotFound:
        if scope.is_everything:
            raise
        is_own = False  # a service that is not there looks like one that is not theirs
    if not is_own:
        raise NotFound("Choose services that are yours: the effect is counted on just those.")


def is_within(where: Where, services: ServiceTree, scope: Scope) -> bool:
    """Whether all that is counted lies in what a viewer may see."""
    if scope.service_ids is None:
        return True
    return "service" in where and services.subtree(where["service"]) <= scope.service_ids


def meet(one: Where, other: Where, services: ServiceTree) -> bool:
    """Whether a contact could belong to both."""
    for name in one.keys() & other.keys():
        if name == "service":
            if services.subtree(one[name]).isdisjoint(services.subtree(other[name])):
                return False
        elif set(one[name]).isdisjoint(other[name]):
            return False
    return True
