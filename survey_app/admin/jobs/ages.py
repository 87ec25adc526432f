"""How long something has been so, in words."""

from __future__ import annotations

from datetime import timedelta

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def age(since: timedelta) -> str:
    """12 minutes; in the largest unit of which there is at least one and, for the first three, the next as well."""
    seconds = max(0, int(since.total_seconds()))
    for place, (unit, length) in enumerate(_UNITS):
        count, rest = divmod(seconds, length)
        if count == 0:
            continue
        words = _counted(count, unit)
        if count < 3 and place + 1 < len(_UNITS):
            smaller, size = _UNITS[place + 1]
            if more := rest // size:
                words = f"{words} {_counted(more, smaller)}"
        return words
    return "less than a minute"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
