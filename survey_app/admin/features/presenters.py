"""Each feature that can be off: whether it is on, why not, and how it is switched on. Facts only, and no secret."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import current_app

from survey_app.admin.home.queries import Standing
from survey_app.contacts.models import AskingRules
from survey_app.kernel.languages import TRANSLATED, name_in_english
from survey_app.settings import Settings
from survey_app.web.features import Feature, told_features


@dataclass(frozen=True)
class Facts:
    """All that says whether something is on."""

    settings: Settings
    counts: Standing
    rules: AskingRules

    @property
    def by_notify(self) -> bool:
        return self.settings.notify_api_key is not None

    @property
    def by_whom(self) -> str:
        return "GOV.UK Notify" if self.by_notify and self.rules.notify_email_template else "A mail server"

    @property
    def missing_for_texts(self) -> str:
        lacking = {
            "the key of GOV.UK Notify": self.by_notify,
            "the name of a template for text messages": bool(self.rules.notify_text_template),
            "the switch on the page of rules": self.rules.texts_are_on,
        }
        return ", ".join(words for words, is_there in lacking.items() if not is_there)


@dataclass(frozen=True)
class Declared:
    """One feature, in one place. `on` and `off` say why; they are filled with the facts. Where a setting of the
    environment and a page are both needed, `setting` is named until it is there."""

    name: str
    is_on: Callable[[Facts], bool]
    on: str
    off: str
    setting: str | None = None
    page: str | None = None
    has_setting: Callable[[Facts], bool] = lambda _facts: False

    def stands(self, facts: Facts) -> Feature:
        is_on = self.is_on(facts)
        by_page = self.page is not None and (self.setting is None or self.has_setting(facts))
        words = (self.on if is_on else self.off).format(**vars(facts), facts=facts)
        return Feature(self.name, is_on, words, None if by_page else self.setting, self.page if by_page else None)


FEATURES: Sequence[Declared] = (
    Declared(
        "E-mail",
        lambda facts: (
            facts.settings.mail_url is not None or (facts.by_notify and bool(facts.rules.notify_email_template))
        ),
        "{facts.by_whom} sends it.",
        "Messages are written to a folder and reach nobody.",
        setting="MAIL_URL",
    ),
    Declared(
        "Text messages",
        lambda facts: not facts.missing_for_texts,
        "GOV.UK Notify sends them.",
        "Missing: {facts.missing_for_texts}.",
        setting="NOTIFY_API_KEY",
        page="sending.rules",
        has_setting=lambda facts: facts.by_notify,
    ),
    Declared(
        "Letters and cards",
        lambda facts: facts.rules.letters_are_on,
        "People without e-mail and phone get one; you print them.",
        "Switched off.",
        page="sending.rules",
    ),
    Declared(
        "Single sign-on",
        lambda facts: facts.settings.single_sign_on is not None,
        "People sign in with the council’s own accounts.",
        "No provider is named: people sign in with passwords of this site.",
        setting="OIDC_ISSUER",
    ),
    Declared(
        "Many machines",
        lambda facts: facts.settings.redis_url is not None,
        "Jobs and limits are shared by Redis.",
        "One machine does everything.",
        setting="REDIS_URL",
    ),
    Declared(
        "A host of its own for documents",
        lambda facts: facts.settings.uploads_url is not None,
        "Documents are downloaded from another host, without cookies.",
        "Documents are downloaded from this host.",
        setting="UPLOADS_URL",
    ),
    Declared(
        "Folder for contacts",
        lambda facts: facts.settings.contacts_folder is not None,
        "The worker takes files of contacts from a folder.",
        "No folder is watched: files come by page, command or API.",
        setting="CONTACTS_FOLDER",
    ),
    Declared(
        "Weights of your own for comments",
        lambda facts: facts.settings.sentiment_weights is not None,
        "Comments are judged by a file of yours.",
        "Comments are judged by the weights that ship with the product.",
        setting="SENTIMENT_WEIGHTS",
    ),
    Declared(
        "Encrypted connections",
        lambda facts: facts.settings.is_https,
        "Browsers reach the site by https.",
        "BASE_URL begins with http://.",
        setting="BASE_URL",
    ),
    Declared(
        "Second step at sign-in",
        lambda facts: 0 < facts.counts.people == facts.counts.people_with_second_step,
        "All who can sign in have set one up: {counts.people}.",
        "{counts.people_with_second_step} of {counts.people} people have set one up.",
        page="users.index",
    ),
    Declared(
        "API for other systems",
        lambda facts: facts.counts.keys > 0,
        "API keys that work: {counts.keys}.",
        "No API key works, so the API answers nobody.",
        page="api_keys.index",
    ),
    Declared(
        "Audit is checked",
        lambda facts: facts.counts.audit_checks > 0,
        "Every sealed line was walked along within two days.",
        "For two days no walk along the sealed lines has come to its end: is the worker running?",
        page="audit.index",
    ),
    Declared(
        "Feeds are watched",
        lambda facts: facts.counts.watched_feeds > 0,
        "Somebody is told when contacts stop coming.",
        "Nobody is told when contacts stop coming.",
        page="feeds.index",
    ),
    Declared(
        "Asking",
        lambda facts: not facts.rules.is_paused,
        "People are being asked.",
        "Asking is paused: nobody is chosen and nothing is sent.",
        page="admin.asking_step",
    ),
    Declared(
        "Reminders",
        lambda facts: facts.rules.reminder_after_days > 0,
        "After {rules.reminder_after_days} days.",
        "Nobody is reminded.",
        page="sending.rules",
    ),
    Declared(
        "Languages of your own",
        lambda facts: facts.counts.languages > 0,
        "Beside ours: {counts.languages}.",
        f"None beside ours: {', '.join(name_in_english(code) for code in TRANSLATED)}.",
        page="languages.index",
    ),
    Declared(
        "Questions about the person",
        lambda facts: facts.counts.equality_questions > 0,
        "{counts.equality_questions} asked.",
        "None is asked: that all are served alike cannot be shown.",
        page="after_answers.index",
    ),
    Declared(
        "Alerts",
        lambda facts: facts.counts.alert_kinds > 0,
        "Kinds that are looked for: {counts.alert_kinds}.",
        "No kind is looked for.",
        page="alert_kinds.index",
    ),
    Declared(
        "Kiosks", lambda facts: facts.counts.kiosks > 0, "Open: {counts.kiosks}.", "None is open.", page="kiosks.index"
    ),
)


def features(counts: Standing, rules: AskingRules) -> list[Feature]:
    """What is off first, each kind in the order in which a council meets them."""
    facts = Facts(current_app.extensions["settings"], counts, rules)
    return sorted([*(each.stands(facts) for each in FEATURES), *told_features()], key=lambda each: each.is_on)
