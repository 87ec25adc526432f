"""How a screen shows the overview of a choice."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.dashboards import addresses


@dataclass(frozen=True)
class Showing:
    """How a screen shows its choice: `chosen` are the arguments that name it."""

    chosen: dict[str, str]
    is_refreshed: bool = True
    has_comments: bool = False

    def address(self, *, is_refreshed: bool | None = None, has_comments: bool | None = None) -> str:
        """The same screen, shown otherwise."""
        refreshed = self.is_refreshed if is_refreshed is None else is_refreshed
        comments = self.has_comments if has_comments is None else has_comments
        how = {"refresh": "" if refreshed else "off", "comments": "yes" if comments else ""}
        return addresses.with_arguments(addresses.SCREEN, self.chosen | how)
