"""Staff who sign in, their roles and the services they may see."""

from __future__ import annotations

from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.roles import permits
from survey_app.extensions import Base, PrimaryKey
from survey_app.organisation.models import Service

user_role = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("staff_user.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)
user_service = Table(
    "user_service",
    Base.metadata,
    Column("user_id", ForeignKey("staff_user.id"), primary_key=True),
    Column("service_id", ForeignKey("service.id"), primary_key=True),
)


class Role(RoleMixin, Base):
    """A role by name; what it permits is written in accounts/roles.py, where it can be read and reviewed."""

    __tablename__ = "role"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(60), unique=True)


class User(UserMixin, Base):
    """A member of staff, or an assessor. `fs_uniquifier` ends all sessions when it is changed."""

    __tablename__ = "staff_user"

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)  # works only while BASE_URL is this machine
    created_at: Mapped[datetime]

    roles: Mapped[list[Role]] = relationship(secondary=user_role, lazy="selectin")  # type: ignore[assignment]
    services: Mapped[list[Service]] = relationship(secondary=user_service, lazy="selectin")

    @property
    def role_names(self) -> list[str]:
        return [role.name for role in self.roles]

    def may(self, permission: str) -> bool:
        """Whether one of the user's roles holds this permission of accounts/roles.py."""
        return permits(self.role_names, permission)
