"""Checking a pack without the system that made it: signature, every byte, every figure again from its counts."""

from survey_app.evidence.packs.verifying.opened import (
    OpenedPack,
    Problem,
    open_pack,
    passport_documents,
    places_of,
    public_key_of,
    targets_of,
)
from survey_app.evidence.packs.verifying.whole import Verification, verify_pack

__all__ = [
    "OpenedPack",
    "Problem",
    "Verification",
    "open_pack",
    "passport_documents",
    "places_of",
    "public_key_of",
    "targets_of",
    "verify_pack",
]
