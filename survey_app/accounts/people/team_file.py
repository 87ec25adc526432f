"""A file that says who is in which team: one row for each, by e-mail address and the team's code or name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvRow

COLUMNS = ("email", "team")
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class TeamRows:
    """What a file says. `teams` are codes by address; whoever stands in a row with a problem is not in it, so that
    nobody loses a team by a typing mistake."""

    read: int
    teams: Mapping[str, list[str]]
    problems: list[tuple[int, str]] = field(default_factory=list)  # with the line of the file


def read_teams(rows: Iterable[CsvRow], people: set[str], teams: Mapping[str, str]) -> TeamRows:
    """`people` are the addresses of those who have access, `teams` the codes by folded code and name. A row without a
    team says that somebody is in none."""
    read, found, problems, doubtful = 0, dict[str, list[str]](), list[tuple[int, str]](), set[str]()
    for row in rows:
        read += 1
        email, team = (row.values.get(name, "").strip() for name in COLUMNS)
        address, code = email.casefold(), teams.get(team.casefold())
        if row.problem is not None:
            problems.append((row.line, row.problem))
        elif address not in people:
            problems.append((row.line, f"nobody with access has the address “{shortened(email)}”"))
        elif team and code is None:
            doubtful.add(address)
            problems.append((row.line, f"there is no team “{shortened(team)}”"))
        else:
            mine = found.setdefault(address, [])
            if code is not None and code not in mine:
                mine.append(code)
    return TeamRows(read, {address: codes for address, codes in found.items() if address not in doubtful}, problems)
