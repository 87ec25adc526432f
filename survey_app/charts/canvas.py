"""What static pictures are drawn on: an SVG that reads without scripts, in print, in a PDF and in a screen reader.

Every look is an attribute (no style sheet, no inline style), so it obeys the strictest content security policy and
stands alone in a file. Built as an XML tree: whatever a council calls its services, the picture stays well-formed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from xml.etree import ElementTree as ET

from survey_app.charts import palette
from survey_app.charts.chart import Chart
from survey_app.charts.points import Kind, Point

NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Frame:
    """The place a picture has, in pixels, and how much it says there."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def inner_right(self) -> int:
        return self.width - self.right

    @property
    def inner_bottom(self) -> int:
        return self.height - self.bottom


class Size(Enum):
    WIDE = Frame(width=860, height=360, left=56, right=148, top=14, bottom=66)
    HALF = Frame(width=570, height=340, left=56, right=148, top=14, bottom=66)
    PAPER = Frame(width=700, height=300, left=56, right=148, top=14, bottom=66)
    NARROW = Frame(width=366, height=300, left=44, right=10, top=30, bottom=62)
    SMALL = Frame(width=272, height=104, left=44, right=8, top=8, bottom=20)


EDGES = {
    Kind.IMPROVEMENT: palette.IMPROVEMENT,
    Kind.CONCERN: palette.CONCERN,
    Kind.NEUTRAL: palette.NEUTRAL,
    Kind.COMMON: palette.COMMON_EDGE,
}


class Canvas:
    """An SVG element that shapes are added to; positions in pixels."""

    def __init__(self, chart: Chart, suffix: str, width: float, height: float) -> None:
        name = f"{chart.key}-{suffix}"
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {width:g} {height:g}",
                "width": f"{width:g}",
                "height": f"{height:g}",
                "role": "img",
                "aria-labelledby": f"{name}-title {name}-desc",
                "font-family": palette.FONT,
                "font-size": "12",
                "fill": palette.INK,
            },
        )
        ET.SubElement(self.root, "title", id=f"{name}-title").text = clean(chart.title)
        ET.SubElement(self.root, "desc", id=f"{name}-desc").text = clean(chart.sentence)

    def add(self, tag: str, **attributes: float | str) -> ET.Element:
        written = {
            name.replace("_", "-"): value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
            for name, value in attributes.items()
        }
        return ET.SubElement(self.root, tag, written)

    def line(self, start: tuple[float, float], end: tuple[float, float], **look: float | str) -> None:
        self.add("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **look)

    def path(self, corners: list[tuple[float, float]], **look: float | str) -> None:
        self.add("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners), **({"fill": "none"} | look))

    def text(self, words: str, x: float, y: float, **look: float | str) -> None:
        self.add("text", x=x, y=y, **look).text = clean(words)

    def halo_text(self, words: str, x: float, y: float, **look: float | str) -> None:
        """Words over lines, with a paper edge that keeps them legible."""
        edge: dict[str, float | str] = {"paint_order": "stroke", "stroke": palette.PAPER, "stroke_width": 4}
        self.text(words, x, y, **(edge | look))

    def marker(self, point: Point, x: float, y: float, brand: str, size: float = 4.5) -> None:
        """Shape and colour together; hollow is indicative, a dashed outline provisional."""
        edge = EDGES.get(point.shown_kind, brand)
        fill = palette.COMMON if point.shown_kind is Kind.COMMON else edge
        is_hollow = point.is_indicative or point.is_provisional
        look: dict[str, float | str] = {"fill": palette.PAPER if is_hollow else fill}
        look |= {"stroke": edge, "stroke_width": 1.75}
        if point.is_provisional:
            look["stroke_dasharray"] = "2.5 1.75"
        corner = size * 1.2
        match point.shown_kind:
            case Kind.IMPROVEMENT:
                self._closed([(x, y - corner), (x + corner, y), (x, y + corner), (x - corner, y)], look)
            case Kind.CONCERN:
                self._closed([(x - corner, y - size), (x + corner, y - size), (x, y + corner)], look)
            case Kind.NEUTRAL:
                self._closed(
                    [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)], look
                )
            case _:
                self.add("circle", cx=x, cy=y, r=size, **look)

    def _closed(self, corners: list[tuple[float, float]], look: dict[str, float | str]) -> None:
        self.add("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners), **look)

    def __str__(self) -> str:
        return ET.tostring(self.root, encoding="unicode", short_empty_elements=True)


def clean(words: str) -> str:
    """Words without the few characters that no XML may hold."""
    return NOT_XML.sub("\ufffd", words)
