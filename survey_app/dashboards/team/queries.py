"""Reads what the page of a team shows, within the scope of whoever looks: never another team's figure beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from survey_app.accounts.models import User, user_team
from survey_app.actions.improvements.queries import effects_of, latest_on
from survey_app.actions.models import Improvement, PassedPraise
from survey_app.actions.praise.queries import Praise, praise_of
from survey_app.comments.models import Comment
from survey_app.dashboards.overview import is_mostly_thin, lowest_first
from survey_app.dashboards.queries import CommentFilter, CommentRow, comments, data_days
from survey_app.dashboards.selection import last_12_months
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.drivers import DRIVERS
from survey_app.measures.effects import Effect
from survey_app.measures.figures import Figure, adjust_together
from survey_app.measures.of_parts import for_team
from survey_app.measures.queries import figures
from survey_app.measures.queries.standing import read_standing
from survey_app.organisation.models import Team
from survey_app.organisation.scope import Scope
from survey_app.responses.models import SurveyResponse

MOST_PRAISE, MOST_COMMENTS, MOST_CHANGES = 6, 6, 4


@dataclass(frozen=True)
class TeamRead:
    """A team in the last 12 months that are settled. Headline and drivers are judged together; `trend` is by month,
    or by quarter where months are thin."""

    team: Team
    period: Period
    headline: Figure
    drivers: Sequence[Figure]
    unit: str
    trend: Sequence[Figure]
    praise: Sequence[Praise]
    comments: Sequence[CommentRow]
    changes: Sequence[tuple[Improvement, Effect]]


def own_teams(user_id: int) -> Sequence[Team]:
    """The teams in which somebody answers contacts, by name."""
    return db.session.scalars(
        select(Team)
        .join(user_team, user_team.c.team_id == Team.id)
        .join(User, User.id == user_team.c.user_id)
        .where(User.id == user_id)
        .order_by(Team.name, Team.id)
    ).all()


def read_team(team: Team, scope: Scope, *, may_comments: bool, now: datetime) -> TeamRead | None:
    """What residents said of a team; None before the first answer of all."""
    days = data_days(scope)
    if days is None:
        return None
    newest, where, standing = last_12_months(days), {"team": team.code}, read_standing(now)
    period = _settled(
        newest,
        figures(
            "satisfaction",
            newest.first,
            newest.last,
            by=["month"],
            scope=scope,
            now=now,
            standing=standing,
            are_compared=False,
        ),
    )

    def read(measure: str, *by: str, are_compared: bool = True) -> list[Figure]:
        return for_team(
            figures(
                measure,
                period.first,
                period.last,
                by=by,
                where=where,
                scope=scope,
                now=now,
                standing=standing,
                are_compared=are_compared,
            )
        )

    (headline,), drivers = adjust_together([read("satisfaction"), [each for name in DRIVERS for each in read(name)]])
    months = read("satisfaction", "month", are_compared=False)
    unit = "quarter" if is_mostly_thin(months) else "month"
    changes = latest_on({}, london_day(now), most=MOST_CHANGES, scope=scope, services=standing.services)
    return TeamRead(
        team=team,
        period=period,
        headline=headline,
        drivers=lowest_first([each for each in drivers if each.base]),
        unit=unit,
        trend=months if unit == "month" else read("satisfaction", "quarter", are_compared=False),
        praise=praise_of(team.id, scope, most=MOST_PRAISE) if may_comments else [],
        comments=_comments(team, CommentFilter(scope, newest)) if may_comments else [],
        changes=effects_of(changes, now=now, standing=standing),
    )


def _settled(newest: Period, months: Sequence[Figure]) -> Period:
    """The 12 months up to the last one that no answer comes to any more: then a change can be judged. The newest, where
    there is none yet."""
    over = [month.period.last for month in months if not month.provisional]
    if not over:
        return newest
    after = max(over) + ONE_DAY
    return Period.between(after.replace(year=after.year - 1), max(over))


def _comments(team: Team, chosen: CommentFilter) -> list[CommentRow]:
    """The newest of the team's, kind ones first, without what was passed on to it."""
    passed_on = select(PassedPraise.comment_id).where(PassedPraise.team_id == team.id)
    also = SurveyResponse.team_id == team.id, Comment.redacted_text != "", ~Comment.id.in_(passed_on)
    return comments(chosen, most=MOST_COMMENTS, also=also, kind_first=True)
