"""Freezes the passport of a figure."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.measures.address import FigureQuery
from survey_app.measures.models import (
    FrozenPassport,
    FrozenRows,
)
from survey_app.measures.queries import open_passport
from survey_app.measures.queries.passport_rows import newest_id
from survey_app.measures.rerun import kept_parts
from survey_app.organisation.scope import EVERYTHING, Scope


def freeze_passport(query: FigureQuery, *, scope: Scope = EVERYTHING, now: datetime) -> FrozenPassport:
    """Keep a figure as it stands, with the hash over its rows. Frozen twice in one second, it is the same passport.

    Of each row 8 bytes are kept, so that a later run can say which came and went. Refused for a figure that may not be
    shown.
    """
    newest = newest_id(query)  # before the rows are read: what is stored meanwhile is a later number, or is in them
    passport = open_passport(query, scope=scope, now=now)
    if passport.figure.suppressed:
        raise Refused("This figure has fewer than 10 answers: it is not shown, and cannot be evidence.")
    frozen = db.session.scalar(select(FrozenPassport).where(FrozenPassport.sha256 == passport.sha256))
    if frozen is None:
        frozen = FrozenPassport(
            code=passport.code,
            document=passport.text,
            sha256=passport.sha256,
            value=passport.figure.value,
            frozen_at=now,
            newest_id=newest,
            services=passport.services,
            rows=[FrozenRows(part=n, digests=digests) for n, digests in enumerate(kept_parts(passport.digests))],
        )
        db.session.add(frozen)
        db.session.flush()
    return frozen
