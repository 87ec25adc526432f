"""Lines over the seconds of a run, in the looks of the product's own charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from survey_app.charts import palette
from survey_app.charts.canvas import Size, clean

Line = Sequence[tuple[float, float]]
COLOURS = (palette.BRAND, palette.CONCERN, palette.NEUTRAL, palette.IMPROVEMENT)
DASHES = ("", "6 3", "2 3", "8 3 2 3")
STEPS = (1, 2, 5, 10)
FRAME = Size.WIDE.value
MOST_CORNERS = 600  # of a line: a day has more seconds than a picture has room for


def picture(title: str, unit: str, lines: Mapping[str, Line], marks: Sequence[tuple[float, str]] = ()) -> str:
    """An SVG; each line has its name at its end, a colour and a dash of its own."""
    corners = {name: _fewer(line) for name, line in lines.items() if line}
    longest = max([when for line in corners.values() for when, _value in line] + [when for when, _ in marks] + [1.0])
    highest = _round_up(max([value for line in corners.values() for _when, value in line] + [0.001]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {FRAME.width} {FRAME.height}"'
        f' aria-label="{escape(clean(title))}" font-family="{escape(palette.FONT)}" font-size="12"'
        f' fill="{palette.INK}"><title>{escape(clean(title))}</title>'
    ]

    def x(when: float) -> float:
        return FRAME.left + when / longest * (FRAME.inner_right - FRAME.left)

    def y(value: float) -> float:
        return FRAME.inner_bottom - value / highest * (FRAME.inner_bottom - FRAME.top)

    for tick in range(5):
        value = highest * tick / 4
        parts.append(_stroke([(x(0), y(value)), (x(longest), y(value))], palette.GRID, 1))
        parts.append(_words(f"{value:,.4g}", FRAME.left - 6, y(value) + 4, "end"))
        parts.append(_words(f"{longest * tick / 4:,.0f} s", x(longest * tick / 4), FRAME.inner_bottom + 18, "middle"))
    for place, (when, what) in enumerate(marks):
        parts.append(_stroke([(x(when), FRAME.top), (x(when), FRAME.inner_bottom)], palette.AXIS, 1, "2 2"))
        parts.append(_words(str(place + 1), x(when), FRAME.top - 2, "middle"))
        parts.append(f"<desc>{place + 1}: {escape(what)}</desc>")
    ends = _spread([y(line[-1][1]) for line in corners.values()])
    for (name, line), end, colour, dash in zip(corners.items(), ends, COLOURS, DASHES, strict=False):
        parts.append(_stroke([(x(when), y(value)) for when, value in line], colour, 2, dash))
        parts.append(_words(name, FRAME.inner_right + 8, end + 4, "start", colour))
    parts.append(_words(unit, FRAME.left, FRAME.height - 10, "start", palette.SECOND))
    return "".join([*parts, "</svg>"])


def _fewer(line: Line) -> Line:
    """The highest of each stretch, so that no peak is lost."""
    stretch = -(-len(line) // MOST_CORNERS)
    return [max(line[n : n + stretch], key=lambda corner: corner[1]) for n in range(0, len(line), stretch)]


def _round_up(value: float) -> float:
    power = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.001
    while power * 10 < value:
        power *= 10
    return next(power * step for step in STEPS if power * step >= value)


def _spread(places: Sequence[float]) -> list[float]:
    """The same order, no two names over each other."""
    placed: dict[int, float] = {}
    lowest = float("-inf")
    for number in sorted(range(len(places)), key=lambda n: places[n]):
        lowest = placed[number] = max(places[number], lowest + 16)
    return [placed[number] for number in range(len(places))]


def _stroke(corners: Sequence[tuple[float, float]], colour: str, width: int, dash: str = "") -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _words(words: str, x: float, y: float, anchor: str, colour: str = palette.INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(clean(words))}</text>'
