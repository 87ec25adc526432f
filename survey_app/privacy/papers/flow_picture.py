"""The picture of the data flow: boxes in three columns and lines between them. The table below it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.privacy.papers.data_map import Kind
from survey_app.privacy.papers.flow import Flow

WIDTH = 1000
_LEFT, _MIDDLE, _RIGHT = (0, 262), (325, 365), (780, 220)  # where a column begins, and how wide it is
_HEIGHT, _GAP = 46, 12
STAFF = "Staff, by their role"
_OUTSIDE = {
    "email": "E-mail and Notify",
    "notify": "E-mail and Notify",
    "letters": "Printers of letters",
    "sign_in": "Single sign-on",
    "webhooks": "Other systems",
    "api": "Other systems",
    "assessors": "Assessors",
    "public": "Everybody",
}


@dataclass(frozen=True)
class Box:
    """A box with a heading and a line below it, which may be empty."""

    x: int
    y: int
    width: int
    height: int
    title: str
    line: str = ""

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Line:
    """From one box to another, as the path of an SVG."""

    path: str


@dataclass(frozen=True)
class FlowPicture:
    """All of it, in the units of its own view box."""

    height: int
    boxes: Sequence[Box]
    lines: Sequence[Line]


def flow_picture(flows: Sequence[Flow]) -> FlowPicture:
    """Activities that are about people in the middle, who gives on the left, who gets on the right."""
    shown = [flow for flow in flows if flow.is_about_people]
    middle = {flow.code: _box(_MIDDLE, place, flow.activity.title, _line(flow)) for place, flow in enumerate(shown)}
    height = len(shown) * (_HEIGHT + _GAP)
    left = _spread(_LEFT, list(dict.fromkeys(flow.activity.source for flow in shown)), height)
    right = _spread(_RIGHT, list(dict.fromkeys(name for flow in shown for name in _gets(flow))), height)
    lines = [_between(left[flow.activity.source], middle[flow.code]) for flow in shown]
    lines += [_between(middle[flow.code], right[name]) for flow in shown for name in _gets(flow)]
    return FlowPicture(height, [*left.values(), *middle.values(), *right.values()], lines)


def _gets(flow: Flow) -> list[str]:
    staff = [STAFF] if flow.seen_by else []
    return list(dict.fromkeys([*staff, *(_OUTSIDE[recipient.code] for recipient in flow.outside_used)]))


def _line(flow: Flow) -> str:
    personal, special = len(flow.columns(Kind.PERSONAL)), len(flow.columns(Kind.SPECIAL))
    parts = [f"{personal} personal" if personal else "", f"{special} special" if special else ""]
    parts.append(f"{len(flow.encrypted)} encrypted" if flow.encrypted else "")
    words = ", ".join(part for part in parts if part)
    tables = f"{len(flow.tables)} table{'' if len(flow.tables) == 1 else 's'}"
    return f"{tables}; columns: {words}" if words else f"{tables}; keys alone"


def _box(column: tuple[int, int], place: int, title: str, line: str = "") -> Box:
    return Box(column[0], place * (_HEIGHT + _GAP), column[1], _HEIGHT, title, line)


def _spread(column: tuple[int, int], titles: Sequence[str], height: int) -> dict[str, Box]:
    """Boxes with the same room between them over the whole height."""
    room = height / max(1, len(titles))
    return {
        title: Box(column[0], round(room * (place + 0.5)) - _HEIGHT // 2, column[1], _HEIGHT, title)
        for place, title in enumerate(titles)
    }


def _between(begin: Box, end: Box) -> Line:
    x1, x2 = begin.x + begin.width, end.x
    turn = (x1 + x2) // 2
    return Line(f"M{x1} {begin.middle}C{turn} {begin.middle} {turn} {end.middle} {x2} {end.middle}")
