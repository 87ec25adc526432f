"""Making open links, and closing and reopening them. Every act is audited; no link is ever deleted, for answers came
by it."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.invitations.codes import OPEN_CODE_LENGTH
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.tokens import new_reference
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service, Site
from survey_app.responses.links.origins import read_origin
from survey_app.responses.links.queries import link_by_code
from survey_app.responses.models import LinkKind, OpenLink
from survey_app.surveys.models import Survey


def open_link(
    kind: LinkKind,
    name: str,
    survey: Survey,
    service: Service,
    *,
    site: Site | None = None,
    channel: Channel = Channel.FACE_TO_FACE,
    framed_by: str = "",
    code: str | None = None,
    now: datetime,
    by: int | None = None,
) -> OpenLink:
    """A new link with a code of its own; a demo gives the code, so that its pages stay the same. One to embed names
    the web site that frames it; InvalidInput where that is no origin."""
    link = OpenLink(
        code=code or _fresh_code(),
        kind=kind,
        name=name,
        survey=survey,
        service=service,
        site=site,
        channel=channel,
        framed_by=_origin(framed_by) if kind is LinkKind.EMBED else "",
        created_at=now,
    )
    db.session.add(link)
    db.session.flush()
    record_act_by("link.made", link.code, at=now, by=by, after=_as_audited(link))
    db.session.flush()
    return link


def close_link(link: OpenLink, *, now: datetime, by: int | None = None) -> None:
    """Nobody answers by it any more; what came stays. Closing a closed one changes nothing."""
    if link.closed_at is None:
        link.closed_at = now
        record_act_by("link.closed", link.code, at=now, by=by)
        db.session.flush()


def reopen_link(link: OpenLink, *, now: datetime, by: int | None = None) -> None:
    """Undo its closing: its address, its posters and its code work as before."""
    if link.closed_at is not None:
        link.closed_at = None
        record_act_by("link.reopened", link.code, at=now, by=by)
        db.session.flush()


def rename_link(link: OpenLink, name: str, *, now: datetime, by: int | None = None) -> None:
    """What staff call it. Its address stays."""
    if link.name != name:
        before, link.name = link.name, name
        record_act_by("link.renamed", link.code, at=now, by=by, before={"name": before}, after={"name": name})
        db.session.flush()


def _fresh_code() -> str:
    code = new_reference(OPEN_CODE_LENGTH)
    return code if link_by_code(code) is None else _fresh_code()


def _origin(framed_by: str) -> str:
    try:
        return read_origin(framed_by)
    except ValueError as problem:
        raise InvalidInput(str(problem)) from problem


def _as_audited(link: OpenLink) -> dict[str, str | None]:
    return {
        "kind": link.kind.value,
        "name": link.name,
        "survey": link.survey.code,
        "service": link.service.code,
        "site": link.site.code if link.site else None,
        "channel": link.channel.value,
        "framed_by": link.framed_by,
    }
