"""What a member of staff keeps of pages that they look at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base, PrimaryKey


class SavedView(Base):
    """The address of a page with its filters, under a name of its owner's; shared, every viewer of that page has it.

    It holds what to ask, never what was answered: whoever opens it sees what is in their own scope.
    """

    __tablename__ = "saved_view"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(200))  # of the page, such as /comments/
    arguments: Mapped[str] = mapped_column(Text)  # of its address, encoded
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
