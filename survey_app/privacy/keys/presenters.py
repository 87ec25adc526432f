"""How far a rotation of DATA_KEYS has come, in words. A key is named by its place and the beginning of a digest."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.extensions import cipher
from survey_app.privacy.keys.queries import unfinished


def keys_in_words() -> list[str]:
    """One line a key, newest first: what stands under it, as far as the job has looked. Nothing where there is one."""
    newest, *older = [_name(place, digest) for place, digest in enumerate(cipher().key_digests, 1)]
    if not older:
        return []
    state = _of_older([each.name for each, _row in unfinished()])
    return [f"{newest}: the newest, under which everything is written.", *(f"{name}: {state}" for name in older)]


def _of_older(left: Sequence[str]) -> str:
    if left:
        more = f" and {len(left) - 2} more" if len(left) > 2 else ""
        return (
            f"maybe still needed, for {', '.join(left[:2])}{more}. The job reencrypt is not done; `flask privacy "
            "rotate-keys` does it now and counts."
        )
    return "could go: the job reencrypt found nothing under it. `flask privacy rotate-keys` looks at every value first."


def _name(place: int, digest: str) -> str:
    return f"Key {place} ({digest[:8]})"
