"""Everything in a database that can be proved again, proved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain as chained
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.audit.queries import sealed_lines, signed_heads
from survey_app.audit.sealing import public_key
from survey_app.audit.verifying import Chain
from survey_app.evidence.models import Document, EvidencePack, PackState
from survey_app.evidence.packs.queries import parts_of
from survey_app.evidence.packs.verifying import open_pack, verify_pack
from survey_app.extensions import db
from survey_app.kernel.errors import AppError
from survey_app.measures.models import FrozenPassport
from survey_app.measures.passport import sha256
from survey_app.measures.queries.run_again import run_again
from survey_app.measures.queries.verifying import verify
from survey_app.measures.rerun import rerun_sentence
from survey_app.organisation.models import Logo
from survey_app.privacy.keys.queries import keys_in_use
from survey_app.surveys.models import SurveyPicture
from survey_app.upkeep.drill.findings import Finding, Findings

Tell = Callable[[], None]
MOST_SHOWN = 100  # of lines of the audit that do not fit

# Files that are known by their digest, wherever they are kept.
_FILES: tuple[tuple[str, InstrumentedAttribute[str], InstrumentedAttribute[bytes]], ...] = (
    ("document", Document.sha256, Document.content),
    ("picture of a survey", SurveyPicture.sha256, SurveyPicture.content),
    ("logo", Logo.sha256, Logo.content),
)


def things_to_compare() -> int:
    """How often `compare` tells."""
    counted = (
        select(func.count()).select_from(FrozenPassport),
        select(func.count()).where(EvidencePack.state == PackState.READY),
        *(select(func.count()).where(digest.is_not(None)) for _, digest, _ in _FILES),
    )
    return sum(db.session.scalar(each) or 0 for each in counted) + 3


def compare(signing_key: bytes, *, now: datetime, tell: Tell) -> Findings:
    """Every frozen figure counted again, tallies and audit verified, packs and files held against their digests, every
    encrypted value opened. `now` is the moment that the backup is of. Wants one snapshot.
    """
    found = Findings()
    for _ in chained(
        _passports(found, now),
        _tallies(found),
        _audit(found, signing_key),
        _packs(found),
        _files(found),
        _encrypted(found),
    ):
        tell()
    return found


def _passports(found: Findings, now: datetime) -> Iterator[None]:
    for number in db.session.scalars(select(FrozenPassport.id).order_by(FrozenPassport.id)).all():
        frozen = db.session.get_one(FrozenPassport, number)
        where = f"Figure {frozen.code}"
        found.passports += 1
        if sha256(frozen.document) != frozen.sha256:
            found.differs(where, "its document is not the one that was frozen: its SHA-256 is another.")
        else:
            rerun = run_again(frozen, now=now)
            if rerun.is_same:
                found.same += 1
            elif rerun.is_explained:
                found.explained.append(Finding(where, rerun_sentence(rerun)))
            else:
                found.differs(where, rerun_sentence(rerun))
        db.session.expunge_all()
        yield


def _tallies(found: Findings) -> Iterator[None]:
    if differing := len(verify()):
        found.differs("Tallies", f"{differing:,} differ from what the answers say.")
    yield


def _audit(found: Findings, signing_key: bytes) -> Iterator[None]:
    line_chain = Chain(public_key(signing_key))
    walk = chained(line_chain.walk(sealed_lines(), signed_heads()), line_chain.end())
    for problem in islice(walk, MOST_SHOWN):
        found.differs("Audit", problem.words)
    if rest := sum(1 for _ in walk):
        found.differs("Audit", f"{rest:,} more things do not fit.")
    found.audit_lines = line_chain.lines
    yield


def _packs(found: Findings) -> Iterator[None]:
    ready = select(EvidencePack.id, EvidencePack.code, EvidencePack.sha256).where(EvidencePack.state == PackState.READY)
    for number, code, digest in db.session.execute(ready.order_by(EvidencePack.id)).all():
        found.packs += 1
        with NamedTemporaryFile(prefix="pack-", suffix=".zip") as file:
            counted = hashlib.sha256()
            for part in parts_of(number):
                counted.update(part)
                file.write(part)
            file.flush()
            if counted.hexdigest() != digest:
                found.differs(f"Pack {code}", "its bytes are not those that were kept: their SHA-256 is another.")
            else:
                for what in _problems(Path(file.name)):
                    found.differs(f"Pack {code}", what)
        yield


def _problems(pack: Path) -> list[str]:
    try:
        return [f"{problem.where}: {problem.what}." for problem in verify_pack(open_pack(pack)).problems]
    except AppError as error:
        return [error.message]


def _files(found: Findings) -> Iterator[None]:
    for kind, digest, content in _FILES:
        for known, stored in db.session.execute(select(digest, content).execution_options(yield_per=1)):
            found.files += 1
            if hashlib.sha256(stored).hexdigest() != known:
                found.differs(f"{kind.capitalize()} {known[:12]}", "its content has another SHA-256.")
            yield


def _encrypted(found: Findings) -> Iterator[None]:
    used = keys_in_use()
    found.encrypted_values = sum(used.by_key) + sum(used.unreadable.values())
    for column, count in used.unreadable.items():
        found.differs(f"Column {column}", f"{count:,} values can be read by none of DATA_KEYS.")
    yield
