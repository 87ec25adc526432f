"""What a pack holds."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.evidence.exhibits.proofs import Proof
from survey_app.evidence.packs.changes import PassportPair


@dataclass(frozen=True)
class PackContent:
    """What goes into a pack. `is_first` when nothing is pinned yet and the proofs are the council's headline figures;
    `response_rate` is part of the method, whether or not it is an exhibit as well. `left_out` are the numbers of those
    that would give a few answers away beside the others. `pairs` are the proofs that can be compared with the year
    before."""

    proofs: tuple[Proof, ...]
    response_rate: Proof | None
    is_first: bool
    left_out: tuple[str, ...] = ()
    pairs: tuple[PassportPair, ...] = ()
