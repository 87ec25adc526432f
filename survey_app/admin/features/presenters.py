"""Each feature that can be off: whether it is on, why not, and how it is switched on. Facts only, and no secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from survey_app.admin.home.queries import Standing
from survey_app.contacts.models import AskingRules
from survey_app.kernel.languages import TRANSLATED, name_in_english
from survey_app.settings import SETTINGS, Settings


@dataclass(frozen=True)
class Feature:
    """`setting` is the name in the environment that switches it on, `page` the endpoint of the page that does."""

    name: str
    is_on: bool
    why: str
    setting: str | None = None
    page: str | None = None


def features(counts: Standing, rules: AskingRules) -> list[Feature]:
    """What is off first, each kind in the order in which a council meets them."""
    settings: Settings = current_app.extensions["settings"]
    found = [
        *_of_sending(settings, rules),
        *_of_the_environment(settings),
        *_of_people(counts),
        *_of_the_council(counts, rules),
    ]
    return sorted(found, key=lambda each: each.is_on)


def _of_sending(settings: Settings, rules: AskingRules) -> Sequence[Feature]:
    has_notify = settings.notify_api_key is not None
    by_notify = has_notify and bool(rules.notify_email_template)
    by_mail = "GOV.UK Notify sends it." if by_notify else "A mail server sends it."
    missing = [
        words
        for is_there, words in (
            (has_notify, "the key of GOV.UK Notify"),
            (bool(rules.notify_text_template), "the name of a template for text messages"),
            (rules.texts_are_on, "the switch on the page of rules"),
        )
        if not is_there
    ]
    return (
        Feature(
            "E-mail",
            by_notify or settings.mail_url is not None,
            by_mail if by_notify or settings.mail_url else "Messages are written to a folder and reach nobody.",
            setting="MAIL_URL",
        ),
        Feature(
            "Text messages",
            not missing,
            "GOV.UK Notify sends them." if not missing else f"Missing: {', '.join(missing)}.",
            setting=None if has_notify else "NOTIFY_API_KEY",
            page="sending.rules" if has_notify else None,
        ),
        Feature(
            "Letters and cards",
            rules.letters_are_on,
            "People without e-mail and phone get one; you print them." if rules.letters_are_on else "Switched off.",
            page="sending.rules",
        ),
    )


def _of_the_environment(settings: Settings) -> Sequence[Feature]:
    named = {
        "OIDC_ISSUER": ("Single sign-on", "People sign in with the council’s own accounts.", "No provider is named."),
        "REDIS_URL": ("Many machines", "Jobs and limits are shared by Redis.", "One machine does everything."),
        "UPLOADS_URL": (
            "A host of its own for documents",
            "Documents are downloaded from another host, without cookies.",
            "Documents are downloaded from this host.",
        ),
        "CONTACTS_FOLDER": (
            "Folder for contacts",
            "The worker takes files of contacts from a folder.",
            "No folder is watched: files come by page, command or API.",
        ),
        "SENTIMENT_WEIGHTS": (
            "Weights of your own for comments",
            "Comments are judged by a file of yours.",
            "Comments are judged by the weights that ship with the product.",
        ),
    }
    known = {setting.name for setting in SETTINGS}
    found = [
        Feature(label, name in settings.sources, on if name in settings.sources else off, setting=name)
        for name, (label, on, off) in named.items()
        if name in known
    ]
    https = "Browsers reach the site by https." if settings.is_https else "BASE_URL begins with http://."
    return [*found, Feature("Encrypted connections", settings.is_https, https, setting="BASE_URL")]


def _of_people(counts: Standing) -> Sequence[Feature]:
    of = f"{counts.people_with_second_step} of {counts.people} people"
    return (
        Feature(
            "Second step at sign-in",
            counts.people > 0 and counts.people_with_second_step == counts.people,
            f"{of} have set one up.",
            page="users.index",
        ),
        Feature(
            "Other systems send contacts",
            counts.keys > 0,
            f"{counts.keys} of their API keys {'works' if counts.keys == 1 else 'work'}.",
            page="api_keys.index",
        ),
        Feature(
            "Feeds are watched",
            counts.watched_feeds > 0,
            f"{'Somebody' if counts.watched_feeds else 'Nobody'} is told when contacts stop coming.",
            page="feeds.index",
        ),
    )


def _of_the_council(counts: Standing, rules: AskingRules) -> Sequence[Feature]:
    ours = ", ".join(name_in_english(code) for code in TRANSLATED)
    own = f", and {counts.languages} of your own" if counts.languages else ""
    asked = counts.equality_questions
    return (
        Feature(
            "Asking",
            not rules.is_paused,
            "Asking is paused: nobody is chosen and nothing is sent." if rules.is_paused else "People are being asked.",
            page="admin.asking_step",
        ),
        Feature(
            "Reminders",
            rules.reminder_after_days > 0,
            f"After {rules.reminder_after_days} days." if rules.reminder_after_days else "Nobody is reminded.",
            page="sending.rules",
        ),
        Feature("Languages", True, f"{ours}{own}.", page="languages.index"),
        Feature(
            "Questions about the person",
            asked > 0,
            f"{asked} asked." if asked else "None is asked: that all are served alike cannot be shown.",
            page="after_answers.index",
        ),
        Feature(
            "Alerts",
            counts.alert_kinds > 0,
            f"{counts.alert_kinds} kinds are looked for." if counts.alert_kinds else "No kind is looked for.",
            page="alert_kinds.index",
        ),
        Feature(
            "Kiosks",
            counts.kiosks > 0,
            f"{counts.kiosks} {'is' if counts.kiosks == 1 else 'are'} open." if counts.kiosks else "None is open.",
            page="kiosks.index",
        ),
    )
