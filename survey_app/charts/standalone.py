"""A picture that leaves its page: title, sentence, legend and source go with it, or nobody knows what it shows."""

from __future__ import annotations

import re
import textwrap
from html import escape

from survey_app.charts import palette
from survey_app.charts.canvas import clean
from survey_app.charts.view import ChartView

EDGE = 16
LINE = 18
CHARACTERS = 120  # of a line
GLYPHS = {
    "improvement": "◆",
    "concern": "▼",
    "common": "●",
    "neutral": "■",
    "hollow": "○",
    "provisional": "◌",
    "interval": "▬",
    "cross": "+",
    "previous": "─",
    "tick": "|",
    "limits": "┄",
    "dashed": "╌",
}


def standalone_svg(view: ChartView, source: str) -> str:
    """The wide picture between its words, as a document of its own on white."""
    above = textwrap.wrap(view.sentence, CHARACTERS)
    marks = "    ".join(f"{GLYPHS.get(mark.shape, '■')} {mark.words}" for mark in view.legend)
    above += textwrap.wrap(marks, CHARACTERS)
    below = [f"{annotation.letter}  {annotation.text}" for annotation in view.annotations if view.is_listed]
    below += [] if view.is_empty else [f"{view.axis_words}."]
    below += textwrap.wrap(source, CHARACTERS)
    top = EDGE + 2 * LINE + len(above) * LINE
    wide, tall = _size(view.wide)
    width, height = wide + 2 * EDGE, top + tall + len(below) * LINE + EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}"'
        f' font-family="{escape(palette.FONT)}" font-size="13" fill="{palette.INK}">',
        f'<rect width="100%" height="100%" fill="{palette.PAPER}"/>',
        _words(view.title, EDGE + LINE, 'font-size="18" font-weight="700"'),
        *(_words(line, EDGE + LINE * (number + 2.3)) for number, line in enumerate(above)),
        f'<g transform="translate({EDGE} {top:g})">{view.wide}</g>',
        *(
            _words(line, top + tall + LINE * (number + 1), f'fill="{palette.SECOND}"')
            for number, line in enumerate(below)
        ),
        "</svg>",
    ]
    return "".join(parts)


def _size(picture: str) -> tuple[float, float]:
    """Width and height of a picture of ours, in pixels."""
    found = re.search(r'viewBox="0 0 (\S+) (\S+)"', picture)
    if found is None:
        raise ValueError("a picture of ours says how large it is")
    return float(found[1]), float(found[2])


def _words(line: str, y: float, look: str = "") -> str:
    return f'<text x="{EDGE}" y="{y:g}" {look}>{escape(clean(line))}</text>'
