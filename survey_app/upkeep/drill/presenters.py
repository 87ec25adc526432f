"""A drill in words."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.upkeep.drill.findings import Findings, Seconds


def in_words(found: Findings, seconds: Seconds) -> Iterator[str]:
    """What a person reads: how long a recovery takes, what was compared, and what is not as it was."""
    yield (
        f"Restored in {seconds.recovery:,.1f} seconds: checking {seconds.checking:,.1f}, rows {seconds.loading:,.1f}, "
        f"schema {seconds.upgrading:,.1f}."
    )
    yield (
        f"Compared in {seconds.comparing:,.1f} seconds: {_n(found.passports, 'frozen figure')}, of which "
        f"{found.same:,} are the same and {len(found.explained):,} others for a reason that stands below; all tallies; "
        f"{_n(found.audit_lines, 'sealed line')} of the audit; {_n(found.packs, 'pack')}; {_n(found.files, 'file')}; "
        f"{_n(found.encrypted_values, 'encrypted value')}."
    )
    for each in found.explained:
        yield f"{each.where}: {each.what}"
    if found.ok:
        yield "Everything is as it was. Nothing of the drill is left."


def as_document(found: Findings, seconds: Seconds) -> dict[str, object]:
    """What `--json` says."""
    return {
        "ok": found.ok,
        "seconds": {
            "recovery": round(seconds.recovery, 3),
            "checking": round(seconds.checking, 3),
            "loading": round(seconds.loading, 3),
            "upgrading": round(seconds.upgrading, 3),
            "comparing": round(seconds.comparing, 3),
        },
        "passports": found.passports,
        "same": found.same,
        "explained": [{"where": each.where, "what": each.what} for each in found.explained],
        "packs": found.packs,
        "files": found.files,
        "audit_lines": found.audit_lines,
        "encrypted_values": found.encrypted_values,
        "differences": [{"where": each.where, "what": each.what} for each in found.differences],
    }


def _n(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
