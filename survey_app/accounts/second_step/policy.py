"""Who needs a second step, and until when they may go on without."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from survey_app.accounts.roles import RoleName

GRACE = timedelta(days=7)

# They read what people wrote about themselves, or decide what everybody else may do and see.
SENSITIVE_ROLES = frozenset({RoleName.ADMINISTRATOR, RoleName.DATA_PROTECTION_OFFICER, RoleName.CSE_LEAD})


def needs_second_step(required_of: str, role_names: Iterable[str], *, is_demo: bool) -> bool:
    """Whether somebody who signs in with a password needs one. `required_of` is nobody, sensitive_roles or everybody.

    Demonstration users need none: their password is printed, and they work on one machine alone.
    """
    if is_demo or required_of == "nobody":
        return False
    return required_of == "everybody" or not SENSITIVE_ROLES.isdisjoint(role_names)
