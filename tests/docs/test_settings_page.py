"""docs/settings.md holds every setting of the environment as the code declares it.

Make it anew: python -m tests.docs.test_settings_page
"""

from __future__ import annotations

from survey_app.settings import PROJECT_ROOT, SETTINGS

PAGE = PROJECT_ROOT / "docs" / "settings.md"
BEGIN, END = "<!-- the table, made of survey_app/settings/ -->\n", "<!-- its end -->\n"


def table() -> str:
    """A row a setting."""
    lines = ["| setting | type | default | what it is |", "|---|---|---|---|"]
    for setting in SETTINGS:
        cells = (f"`{setting.name}`", setting.kind, setting.default, setting.help)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|').replace('<', '&lt;') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def test_the_page_holds_every_setting_as_it_is() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written[written.index(BEGIN) + len(BEGIN) : written.index(END)] == table()


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    PAGE.write_text(f"{before}{BEGIN}{table()}{after}", encoding="utf-8")
