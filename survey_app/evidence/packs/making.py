"""Making a pack from its content: every format, one after the other, and the signed zip around them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from survey_app.evidence.packs.books import csv_files, pack_sheets, workbooks
from survey_app.evidence.packs.content import Pack
from survey_app.evidence.packs.document import pdf
from survey_app.evidence.packs.operations import STEPS, gather_proofs, record_made
from survey_app.evidence.packs.packing import FIGURES, PDF, build_pack
from survey_app.evidence.packs.presenters import pack_content, page_files, passport_files
from survey_app.evidence.queries import framework_by_code
from survey_app.extensions import transaction
from survey_app.kernel.periods import Period
from survey_app.organisation.queries import the_council
from survey_app.settings import Settings

Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Made:
    """A pack, and the zip that it became."""

    pack: Pack
    zipped: bytes
    sha256: str


def make_pack(
    framework: str, period: Period, *, settings: Settings, now: datetime, tell: Progress, by: int | None = None
) -> Made:
    """Freeze what the pack of these days holds, and write its zip: two short transactions, the long work between.

    `tell` is called with how many of STEPS are done, and with what comes now. NotFound without council or framework.
    """
    tell(0, STEPS[0])
    with transaction():
        of = framework_by_code(framework)
        proofs = gather_proofs(of, period.first, period.last, now=now)
        pack = pack_content(of, period, proofs, council=the_council(), settings=settings, now=now)
    zipped = make_zip(pack, settings.signing_key, tell)
    made = Made(pack, zipped, hashlib.sha256(zipped).hexdigest())
    with transaction():
        record_made(pack, made.sha256, now=now, by=by)
    return made


def make_zip(pack: Pack, signing_key: bytes, tell: Progress) -> bytes:
    """The zip of a pack. `tell` is called with how many of STEPS are done, and with what comes now.

    The same content gives the same bytes on the same machine: another one may have other fonts for the PDF.
    """
    tell(1, STEPS[1])
    sheets = pack_sheets(pack)
    files = csv_files(sheets) | workbooks(pack, sheets) | passport_files(pack) | dict(pack.tables)
    files |= {file.path: file.content for file in pack.files}
    tell(2, STEPS[2])
    files |= page_files(pack, files[FIGURES])
    tell(3, STEPS[3])
    files[PDF] = pdf(pack)
    tell(4, STEPS[4])
    return build_pack(files, about(pack), signing_key)


def about(pack: Pack) -> dict[str, str]:
    """What the manifest says of the pack."""
    return {
        "council": pack.council,
        "framework": pack.framework_code,
        "from": pack.period.first.isoformat(),
        "to": pack.period.last.isoformat(),
        "made_at": f"{pack.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "provisional": "yes" if pack.is_provisional else "no",
        "audit_head": pack.audit_head,
    }
