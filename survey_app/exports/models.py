"""Files that a job makes because they are too long to wait for."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.exports.formats import FileFormat
from survey_app.exports.orders import Arguments, Content, Order
from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.work.models import Leased


class ExportState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Export(Leased, Base):
    """A file that somebody asked for, in their scope at the time it is made; in parts once it is ready.

    It goes on `keep_until`, and at once when somebody whose words may stand in it is erased.
    """

    __tablename__ = "export"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    content: Mapped[Content] = mapped_column(text_enum(Content))
    file_format: Mapped[FileFormat] = mapped_column(text_enum(FileFormat))
    is_long: Mapped[bool] = mapped_column(default=False)  # a row an answer instead of a row a response
    first_on: Mapped[date]
    last_on: Mapped[date]
    arguments: Mapped[str] = mapped_column(Text, default="")  # filters, encoded as in an address
    state: Mapped[ExportState] = mapped_column(text_enum(ExportState), default=ExportState.WAITING)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    done: Mapped[int] = mapped_column(default=0)  # of `total` rows
    total: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    size: Mapped[int | None]  # bytes
    sha256: Mapped[str | None] = mapped_column(String(64))
    keep_until: Mapped[datetime | None] = mapped_column(index=True)

    parts: Mapped[list[ExportPart]] = relationship(order_by="ExportPart.part", cascade="all, delete-orphan")

    @property
    def order(self) -> Order:
        """What was asked for."""
        said = Arguments.read(self.arguments)
        return Order(
            self.content,
            self.file_format,
            self.first_on,
            self.last_on,
            said.where,
            said.by,
            said.measures,
            self.is_long,
        )


class ExportPart(Base):
    """A megabyte of a file."""

    __tablename__ = "export_part"
    __table_args__ = (UniqueConstraint("export_id", "part"),)

    id: Mapped[PrimaryKey]
    export_id: Mapped[int] = mapped_column(ForeignKey("export.id"))
    part: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
