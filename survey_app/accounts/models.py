"""Staff who sign in, their roles and the services they may see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.roles import permits
from survey_app.extensions import Base, EncryptedList, EncryptedText, PrimaryKey, text_enum
from survey_app.organisation.models import Service, Team

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
user_team = Table(
    "user_team",
    Base.metadata,
    Column("user_id", ForeignKey("staff_user.id"), primary_key=True),
    Column("team_id", ForeignKey("team.id"), primary_key=True),
)


FORGOTTEN = "@forgotten.invalid"  # where addresses end of accounts that are a number alone


class Role(RoleMixin, Base):
    """A role by name; what it permits is written in accounts/roles.py, where it can be read and reviewed."""

    __tablename__ = "role"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(60), unique=True)


class User(UserMixin, Base):
    """A member of staff, or an assessor. Whoever changes `fs_uniquifier` ends all their sessions."""

    __tablename__ = "staff_user"

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)  # works only while BASE_URL is this machine
    is_break_glass: Mapped[bool] = mapped_column(default=False)  # sealed, for the day when nobody else gets in
    created_at: Mapped[datetime]
    break_glass_tested_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    last_signed_in_at: Mapped[datetime | None]
    second_step_due_at: Mapped[datetime | None]  # seven days after the first sign-in at which one was needed
    # the second step, in columns whose names are Flask-Security's
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(EncryptedText)
    tf_last_counter: Mapped[int | None]  # of the newest code that was used: neither it nor an older one works again
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(EncryptedList)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)  # type: ignore[assignment]

    roles: Mapped[list[Role]] = relationship(secondary=user_role, lazy="selectin")  # type: ignore[assignment]
    services: Mapped[list[Service]] = relationship(secondary=user_service, lazy="selectin")
    teams: Mapped[list[Team]] = relationship(secondary=user_team, order_by="Team.name")  # in which they answer contacts

    webauthn: Mapped[list[Passkey]] = relationship(back_populates="user", cascade="all, delete-orphan")  # type: ignore[assignment]

    @property
    def role_names(self) -> list[str]:
        return [role.name for role in self.roles]

    @property
    def has_second_step(self) -> bool:
        """Whether a password alone does not sign them in. A passkey that stands for itself does not see to that."""
        return self.tf_totp_secret is not None or any(key.usage == "secondary" for key in self.webauthn)

    @property
    def is_forgotten(self) -> bool:
        """Whether nothing is known of them any more but their number, long after their access ended."""
        return self.email.endswith(FORGOTTEN)

    def may(self, permission: str) -> bool:
        """Whether one of the user's roles holds this permission of accounts/roles.py."""
        return permits(self.role_names, permission)


class Passkey(WebAuthnMixin, Base):
    """A key on somebody's device, by which they sign in or take the second step. Flask-Security names the columns."""

    __tablename__ = "passkey"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None]
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime]
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))  # "first" or "secondary" step

    user: Mapped[User] = relationship(back_populates="webauthn")


class SecondStepFor(StrEnum):
    """Who needs a second step to sign in."""

    NOBODY = "nobody"
    SENSITIVE_ROLES = "sensitive_roles"
    EVERYBODY = "everybody"


class SignInRules(Base):
    """How people sign in here, one row."""

    __tablename__ = "sign_in_rules"

    id: Mapped[PrimaryKey] = mapped_column(default=1)  # a second row has no place
    second_step_for: Mapped[SecondStepFor] = mapped_column(
        text_enum(SecondStepFor), default=SecondStepFor.SENSITIVE_ROLES
    )


class Identity(Base):
    """Who a user is at the council's own sign-in. Known by issuer and subject, never by an e-mail address."""

    __tablename__ = "staff_identity"
    __table_args__ = (UniqueConstraint("issuer", "tenant", "subject"),)

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    tenant: Mapped[str] = mapped_column(String(64), default="")  # tid of Entra ID; other providers have none
    subject: Mapped[str] = mapped_column(String(255))  # oid of Entra ID; sub of others
    linked_at: Mapped[datetime]


class SignedInBy(StrEnum):
    """How a session began."""

    PASSWORD = "password"  # noqa: S105
    PASSWORD_AND_CODE = "password_and_code"  # noqa: S105
    PASSWORD_AND_PASSKEY = "password_and_passkey"  # noqa: S105
    PASSWORD_AND_RECOVERY_CODE = "password_and_recovery_code"  # noqa: S105
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"
    LINK = "link"  # of a welcome, or of the first administrator


class StaffSession(Base):
    """One signed-in browser. Its cookie carries a random key of which only the digest is here; without a live row the
    cookie is worth nothing."""

    __tablename__ = "staff_session"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)  # names it on pages and in the audit
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id", ondelete="CASCADE"), index=True)
    signed_in_by: Mapped[SignedInBy] = mapped_column(text_enum(SignedInBy))
    device: Mapped[str] = mapped_column(String(80), default="")  # browser and system, in words
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]  # kept by the worker, to about a minute
    ends_at: Mapped[datetime] = mapped_column(index=True)  # whatever is done with it
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))  # null: its end came, or it was left
