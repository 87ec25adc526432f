"""Keeps uploaded files. Nothing here commits."""

from __future__ import annotations

import hashlib
from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.evidence.documents.content import examine
from survey_app.evidence.documents.queries import document_by_sha256
from survey_app.evidence.models import Document
from survey_app.extensions import db


def store_document(name: str, content: bytes, *, now: datetime, by: int | None = None) -> Document:
    """Keep a file, once: the same content uploaded again is the document that is there, under its first name.

    InvalidInput, in one sentence that says what to do, for a file that cannot be taken.
    """
    examined = examine(name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    document = document_by_sha256(sha256)
    if document is None:
        document = Document(
            sha256=sha256,
            name=examined.name,
            media_type=examined.media_type,
            size=len(content),
            content=content,
            uploaded_at=now,
            uploaded_by=by,
        )
        db.session.add(document)
        after = {"media_type": document.media_type, "size": document.size}
        record_act_by("evidence.document uploaded", sha256[:16], at=now, by=by, after=after)
        db.session.flush()
    return document
