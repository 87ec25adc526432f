"""The flow of data: who gives what, in which tables it lies, who sees it, and when it goes. Made from the data map."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from survey_app.privacy.papers.activities import ACTIVITIES, Activity
from survey_app.privacy.papers.data_map import Kind, MappedTable
from survey_app.privacy.papers.kept import kept_words
from survey_app.privacy.papers.recipients import Recipient, roles_with


@dataclass(frozen=True)
class Flow:
    """One activity with what it keeps."""

    code: str
    activity: Activity
    tables: Sequence[MappedTable]
    encrypted: Sequence[str]  # "table.column"
    seen_by: Sequence[str]  # roles
    outside: Sequence[Recipient]
    kept: Sequence[str]  # sentences

    def columns(self, *kinds: Kind) -> list[str]:
        """Columns of these kinds as "table.column"."""
        return [f"{table.name}.{column}" for table in self.tables for column in table.of(*kinds)]

    @property
    def is_about_people(self) -> bool:
        return any(table.is_about_people for table in self.tables) and self.activity.people != ""

    @property
    def outside_used(self) -> Sequence[Recipient]:
        return [recipient for recipient in self.outside if recipient.is_used]


def flows(
    tables: Mapping[str, MappedTable],
    *,
    encrypted: Collection[str],
    outside: Mapping[str, Recipient],
    days: Mapping[str, int],
) -> list[Flow]:
    """One for each activity, in their order. `encrypted` are columns as "table.column", `days` how long each class of
    data is kept as it is set now."""
    found = list[Flow]()
    for code, activity in ACTIVITIES.items():
        own = [table for table in tables.values() if table.activity == code]
        columns = [f"{table.name}.{column}" for table in own for column in table.columns]
        found.append(
            Flow(
                code,
                activity,
                own,
                [column for column in columns if column in encrypted],
                roles_with(activity.seen_with),
                [outside[each] for each in activity.outside],
                [kept_words(kept, days) for kept in dict.fromkeys(table.kept for table in own)],
            )
        )
    return found
