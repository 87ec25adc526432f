"""The council and its parts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.organisation.channels import Channel
from survey_app.organisation.page_text import PageKind

USUAL_BRAND, USUAL_LINK = "#1d3557", "#1a5a96"  # of a council that has chosen none
USUAL_NATION = "England"


class Council(Base):
    """The one council of this deployment: what residents read about it on pages and in messages."""

    __tablename__ = "council"

    id: Mapped[PrimaryKey] = mapped_column(default=1)  # a second row has no place
    name: Mapped[str] = mapped_column(String(120))
    nation: Mapped[str] = mapped_column(String(20), default=USUAL_NATION)  # decides bank holidays
    brand_colour: Mapped[str] = mapped_column(String(7), default=USUAL_BRAND)
    link_colour: Mapped[str] = mapped_column(String(7), default=USUAL_LINK)
    sender_name: Mapped[str] = mapped_column(String(120))
    sender_email: Mapped[str] = mapped_column(String(254))
    postal_address: Mapped[str] = mapped_column(Text, default="")
    complaint_url: Mapped[str] = mapped_column(String(500), default="")
    complaint_phone: Mapped[str] = mapped_column(String(40), default="")
    data_protection_email: Mapped[str] = mapped_column(String(254), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    tested_at: Mapped[datetime | None]  # when somebody last sent themselves a test message
    created_at: Mapped[datetime]

    logo: Mapped[Logo | None] = relationship(cascade="all, delete-orphan", lazy="joined")


class Logo(Base):
    """The council's logo. It lies in the database, so that every web server has it; pages name it by its hash."""

    __tablename__ = "logo"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    stored_at: Mapped[datetime]


class CouncilPage(Base):
    """A text that the council gave one of its pages. The newest of a kind is what the public reads; none is changed.

    Without a body it says: from here on the standard text again.
    """

    __tablename__ = "council_page"

    id: Mapped[PrimaryKey]
    kind: Mapped[PageKind] = mapped_column(text_enum(PageKind), index=True)
    body: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime]
    reviewed_on: Mapped[date]  # when somebody at the council last said that it is right as it stands


class Service(Base):
    """A service as residents know it. Closed services stay, so that figures can be read as it was."""

    __tablename__ = "service"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))

    parent: Mapped[Service | None] = relationship(foreign_keys=[parent_id], remote_side="Service.id")


class Team(Base):
    __tablename__ = "team"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    closed_on: Mapped[date | None]  # no longer offered; what came from it stays


class Site(Base):
    __tablename__ = "site"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    closed_on: Mapped[date | None]


class ChannelSetting(Base):
    """What a council says about one of the channels. Without a row it is used under its usual name."""

    __tablename__ = "channel_setting"

    channel: Mapped[Channel] = mapped_column(text_enum(Channel), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), default="")  # what the council calls it; empty: its usual name
    is_used: Mapped[bool] = mapped_column(default=True)  # else staff pages do not offer it; files may still bring it
