"""Whether the chain of sealed lines is whole: each line as it was sealed, none missing, none put in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey_app.audit.sealing import BEGINNING, Head, Line, SignedHead

_FORGED = "the head of this place is not signed under SIGNING_KEY: it is forged"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A sealed line in which a column holds what no value of its type can be."""

    id: int
    place: object
    seal: object


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit, at which place of the chain, and the number of the line there where there is one."""

    place: int
    line: int | None
    what: str

    @property
    def words(self) -> str:
        """Place 17 (line 21): the line is not as it was sealed."""
        return f"Place {self.place:,}{f' (line {self.line:,})' if self.line else ''}: {self.what}."


@dataclass(slots=True)
class Chain:
    """A walk along the chain, from `after` to its end; `place` and `seal` say how far it has come.

    A line is known by its own seal over the seal before it, so that one wrong line is one problem and not all that
    follow. Whoever seals a changed line and all after it anew is found by the first head behind it, which is signed.
    """

    key: Ed25519PublicKey
    known: Sequence[Head] = ()  # that somebody wrote down elsewhere
    place: int = 0
    seal: str = BEGINNING
    lines: int = 0
    heads: int = 0
    fitting_head: int = 0  # the place of the newest head that fits
    _known: dict[int, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for head in self.known:
            self._known.setdefault(head.place, set()).add(head.seal)

    def walk(self, lines: Iterable[Line | Unreadable], heads: Iterable[SignedHead]) -> Iterator[Problem]:
        """Every problem of these lines, in the order of their places, and of the heads, in the order of theirs.

        `lines` are all that are sealed after `place`, or as many of them as shall be walked now; `heads` those of the
        same places.
        """
        rest = _Ahead(heads)
        for line in lines:
            yield from self._line(line)
            yield from self._heads(rest.up_to(self.place))
        yield from self._lost(rest.up_to(None))

    def end(self) -> Iterator[Problem]:
        """What only shows when all lines were walked: what stood behind the last of them."""
        if self.place > self.fitting_head:
            yield Problem(
                self.place,
                None,
                f"lines after place {self.fitting_head:,} are sealed, but no head that fits is signed for them:"
                " the head was taken out or changed, or somebody else sealed them",
            )
        for place in sorted(place for place in self._known if place > self.place):
            yield Problem(place, None, "somebody wrote a head of this place down, but the chain ends before it")

    def _line(self, line: Line | Unreadable) -> Iterator[Problem]:
        expected, place = self.place + 1, line.place
        if not isinstance(place, int) or place < expected:
            yield Problem(expected, line.id, f"a line says of itself that it stands at place {place}: it was put in")
            return
        if place > expected:
            yield Problem(expected, None, f"{_lines(expected, place - 1)} missing")
        if isinstance(line, Unreadable):
            yield Problem(place, line.id, "the line cannot be read any more: it was changed")
        elif place == expected and line.seal != line.seal_at(place, self.seal):
            yield Problem(place, line.id, "the line is not as it was sealed: it was changed, moved or put in")
        self.place, self.seal, self.lines = place, str(line.seal), self.lines + 1
        if any(seal != self.seal for seal in self._known.get(place, ())):
            yield Problem(place, line.id, "another seal of this place was written down: this is not the same chain")

    def _heads(self, heads: Iterable[SignedHead]) -> Iterator[Problem]:
        for head in heads:
            self.heads += 1
            if not head.is_signed_by(self.key):
                yield Problem(head.place, None, _FORGED)
            elif head.place != self.place:
                continue  # of a line that is missing, which is a problem already
            elif head.seal != self.seal:
                since = f"after place {self.fitting_head:,}" if self.fitting_head else "from the first"
                yield Problem(
                    head.place,
                    None,
                    f"the signed head of this place has another seal: a line {since} was changed, and sealed anew",
                )
            else:
                self.fitting_head = head.place

    def _lost(self, heads: Iterable[SignedHead]) -> Iterator[Problem]:
        """Heads behind the last line: lines at the end were taken out."""
        last = self.place
        for head in heads:
            self.heads += 1
            if head.is_signed_by(self.key):
                last = head.place
            else:
                yield Problem(head.place, None, _FORGED)
        if last > self.place:
            what = f"{_lines(self.place + 1, last)} missing at the end: a signed head stands for them"
            yield Problem(self.place + 1, None, what)


def _lines(first: int, last: int) -> str:
    return f"line {first:,} is" if first == last else f"lines {first:,} to {last:,} are"


class _Ahead:
    """Heads, given out up to a place."""

    def __init__(self, heads: Iterable[SignedHead]) -> None:
        self._heads = iter(heads)
        self._next = next(self._heads, None)

    def up_to(self, place: int | None) -> Iterator[SignedHead]:
        while self._next is not None and (place is None or self._next.place <= place):
            head, self._next = self._next, next(self._heads, None)
            yield head
