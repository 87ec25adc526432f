"""The settings as a list: what each is for, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from survey_app.admin.changes.kinds import KINDS
from survey_app.admin.home.queries import Standing
from survey_app.contacts.models import AskingRules
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import USUAL_BRAND, Council
from survey_app.web.access import PUBLIC, SIGNED_IN, Viewer, access_of
from survey_app.web.menu import setting_state
from survey_app.web.templates import short_day


@dataclass(frozen=True)
class Known:
    """What the lines are made of."""

    council: Council
    standing: Standing
    rules: AskingRules
    features_off: int


@dataclass(frozen=True)
class Entry:
    """A page of settings. Who may open it is what the page itself declares; one that is not there is left out."""

    label: str
    endpoint: str
    state: Callable[[Known], str] = lambda _known: ""


@dataclass(frozen=True)
class EntryRow:
    label: str
    url: str
    state: str


@dataclass(frozen=True)
class Group:
    title: str
    rows: Sequence[EntryRow]


def counted(number: int, thing: str, none: str = "none yet") -> str:
    """97 services; 1 link open; none yet. The first word of the thing takes the plural."""
    first, _, rest = thing.partition(" ")
    return f"{number:,} {first}{'' if number == 1 else 's'} {rest}".strip() if number else none


_GROUPS: Sequence[tuple[str, Sequence[Entry]]] = (
    (
        "The council",
        (
            Entry("Name, sender and addresses", "council_settings.show", lambda known: known.council.name),
            Entry(
                "Logo and colours",
                "brand.show",
                lambda known: (
                    f"{'A logo' if known.council.logo else 'No logo'}, "
                    f"{'your colours' if known.council.brand_colour != USUAL_BRAND else 'the first colours'}"
                ),
            ),
            Entry("Services", "services.index", lambda known: counted(known.standing.services, "service open")),
            Entry(
                "Teams and sites",
                "places.index",
                lambda known: (
                    f"{counted(known.standing.teams, 'team', 'no team')}, "
                    f"{counted(known.standing.sites, 'site', 'no site')}"
                ),
            ),
            Entry(
                "Channels",
                "channels.show",
                lambda known: f"{len(Channel)}, {counted(known.standing.renamed_channels, 'own name', 'usual names')}",
            ),
            Entry(
                "Steps of setting up",
                "admin.overview",
                lambda known: "asking is paused" if known.rules.is_paused else "asking is on",
            ),
        ),
    ),
    (
        "People and access",
        (
            Entry("People", "users.index", lambda known: counted(known.standing.people, "account")),
            Entry("API keys", "api_keys.index", lambda known: counted(known.standing.keys, "key that works", "none")),
            Entry("Webhooks", "webhooks.index"),
            Entry("Audit", "audit.index"),
        ),
    ),
    (
        "Asking",
        (
            Entry(
                "Who is asked, and how many",
                "asking.index",
                lambda known: (
                    f"{known.rules.sampling_fraction:.0%} asked, "
                    f"{counted(known.standing.exclusions, 'rule that leaves out', 'nothing left out')}"
                ),
            ),
            Entry(
                "When and how",
                "sending.index",
                lambda known: counted(known.standing.windows, "window of your own", "usual windows"),
            ),
            Entry("Letters and cards", "letters.show", lambda known: "on" if known.rules.letters_are_on else "off"),
            Entry("Links and posters", "links.index", lambda known: counted(known.standing.links, "link open")),
            Entry("Kiosks", "kiosks.index", lambda known: counted(known.standing.kiosks, "kiosk")),
            Entry("Stops", "stops.index"),
            Entry(
                "Contacts coming in",
                "feeds.index",
                lambda known: counted(known.standing.watched_feeds, "feed watched", "none watched"),
            ),
        ),
    ),
    (
        "Surveys",
        (
            Entry("Surveys", "surveys.index", lambda known: counted(known.standing.surveys, "survey published")),
            Entry("The survey’s pages", "survey_page.show"),
            Entry(
                "After answering",
                "after_answers.index",
                lambda known: counted(
                    known.standing.equality_questions, "question about the person", "no question about the person"
                ),
            ),
            Entry(
                "Languages",
                "languages.index",
                lambda known: counted(known.standing.languages, "language of your own", "those that we ship"),
            ),
        ),
    ),
    (
        "What residents read",
        (
            Entry(
                "Privacy, accessibility, cookies",
                "texts.index",
                lambda known: counted(known.standing.own_pages, "text of your own", "the standard texts"),
            ),
        ),
    ),
    (
        "Comments",
        (
            Entry("Themes", "themes_admin.index", lambda known: counted(known.standing.themes, "theme")),
            Entry("Alerts", "alert_kinds.index", lambda known: counted(known.standing.alert_kinds, "kind of alert")),
            Entry("Rules of follow-ups", "follow_up_rules.show"),
        ),
    ),
    (
        "Measures and targets",
        (
            Entry("Targets", "targets.index", lambda known: counted(known.standing.targets, "target in force")),
            Entry(
                "Measures of your own",
                "measures_admin.index",
                lambda known: counted(known.standing.own_measures, "measure"),
            ),
            Entry("Headline of the year", "headline.show"),
        ),
    ),
    (
        "Privacy",
        (
            Entry("How long data is kept", "retention.index"),
            Entry("Data protection", "data_protection.index"),
            Entry("Requests", "subject_requests.index"),
        ),
    ),
    (
        "Running it",
        (
            Entry("Changes of settings", "setting_changes.index"),
            Entry(
                "What is off, and why",
                "features.index",
                lambda known: counted(known.features_off, "feature off", "all on"),
            ),
            Entry("Jobs", "jobs.index"),
        ),
    ),
)


def groups(viewer: Viewer, known: Known, changed: Mapping[str, datetime]) -> list[Group]:
    """What this viewer may open; a group without any such page is left out."""
    last: dict[str, datetime] = {}
    for kind, at in changed.items():
        page = KINDS[kind].page
        last[page] = max(at, last.get(page, at))
    found = [
        Group(
            title,
            [_row(each, known, last.get(each.endpoint)) for each in entries if may_open(viewer, each.endpoint)],
        )
        for title, entries in _GROUPS
    ]
    return [group for group in found if group.rows]


def may_open(viewer: Viewer, endpoint: str) -> bool:
    """Whether there is such a page, and this viewer may open it."""
    access = access_of(current_app, endpoint)
    return access is not None and (access in (PUBLIC, SIGNED_IN) or viewer.may(access))


def _row(entry: Entry, known: Known, changed_at: datetime | None) -> EntryRow:
    words = [entry.state(known) or setting_state(entry.endpoint)]
    if changed_at is not None:
        words.append(f"last changed {short_day(changed_at)}")
    return EntryRow(entry.label, url_for(entry.endpoint), ", ".join(word for word in words if word))
