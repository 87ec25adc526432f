"""docs/roles.md holds the table of roles and permissions as it is in the code.

Make it anew: python -m tests.docs.test_roles
"""

from __future__ import annotations

from survey_app.accounts.roles import PERMISSIONS, ROLES, RoleRule
from survey_app.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "roles.md"
BEGIN, END = "<!-- the table, made of survey_app/accounts/roles.py -->\n", "<!-- its end -->\n"


def table() -> str:
    """A row a permission, a column a role."""
    labels = [rule.label for rule in ROLES.values()]
    sees = [_sees(rule) for rule in ROLES.values()]
    lines = [
        f"| may | {' | '.join(labels)} |",
        f"|---|{'---|' * len(labels)}",
        f"| *sees the data of* | {' | '.join(sees)} |",
    ]
    for permission, words in PERMISSIONS.items():
        cells = ["yes" if permission in rule.permissions else "" for rule in ROLES.values()]
        lines.append(f"| {words} (`{permission}`) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _sees(rule: RoleRule) -> str:
    if "assess" in rule.permissions:
        return "evidence of one framework"
    return "own services" if rule.own_services_only else "all services"


def test_the_page_holds_the_table_as_it_is() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written[written.index(BEGIN) + len(BEGIN) : written.index(END)] == table()


def test_every_permission_is_held_by_a_role_and_every_role_holds_known_ones() -> None:
    held = {permission for rule in ROLES.values() for permission in rule.permissions}
    assert held == set(PERMISSIONS)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    PAGE.write_text(f"{before}{BEGIN}{table()}{after}", encoding="utf-8")
