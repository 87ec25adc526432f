"""Every text that the database can hold, turned into what would run if a page, a file or a letter let it.

Nobody has to remember a form: what anybody types anywhere ends in a column, and a column that is new is poisoned too,
unless it is named here with the reason why nothing that was typed stands in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Enum,
    String,
    UniqueConstraint,
    bindparam,
    literal,
    select,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.types import Text

from survey_app.extensions import Base, EncryptedList, EncryptedText, db

# Columns of these names hold nothing that anybody typed, in whatever table they are.
DRAWN = (  # by lot, hashed or signed
    *("key", "digest", "seal", "signature", "salt", "seed", "sha256", "public", "pin", "password", "secret"),
    *("earlier_secret", "fs_uniquifier", "fs_webauthn_user_handle", "tf_totp_secret", "mf_recovery_codes"),
    *("token_sha256", "verdict_token_sha256", "email_key", "phone_key", "domain_key", "key_digest", "row_digest"),
    *("content_digest", "submission_key", "message_reference"),
)
OF_OURS = (  # a word out of a list in the code
    *("claimed_by", "method", "measure", "media_type", "actor_kind", "action", "nation", "kind", "data_class"),
    *("tf_primary_method", "draw_outcome", "redacted_with", "sentiment", "person_label", "machine_label", "flags"),
    *("machine_themes", "themes", "usage", "device_type", "transports", "weekdays", "scopes", "events", "cause"),
    *("asks", "icon", "beat", "mark", "quarantine_reason", "period", "option", "theme", "loaded", "span"),
)
SHAPED = (  # refused at every door unless it has its shape: letters, digits and hyphens; a colour; a language
    *("code", "reference", "brand_colour", "link_colour", "language", "answered_in", "shown_in", "number", "service"),
    *("framed_by", "notify_email_template", "notify_text_template"),
)
ELSEWHERE = {  # read by machines alone, or made of columns that are poisoned themselves
    "asking_rules.staff_domains": "domains, compared",
    "audit_line.actor_id": "the number of a row, or the name of a job",
    "blind_label.label": "a word of ours",
    "audit_line.subject": "a word of ours with a row's number, which undoing reads",
    "callback.payload": "what Notify sends, read by a job: tests/invitations/test_callbacks.py",
    "comment.words": "the words of the comment for the search index",
    "comment.facts": "facts for the search index",
    "comment_label.label": "a word of ours",
    "comment_label.before": "a word of ours",
    "contacts_file.content": "a file, shown when it comes in: the doors below",
    "survey_file.content": "a file, shown when it comes in: the doors below",
    "day_tally.value": "the code of an option",
    "digest.arguments": "the query of an address",
    "digest_letter.document": "JSON, made of what is poisoned here",
    "equality_answer.question": "the code of a question",
    "export.arguments": "the query of an address",
    "feed.source": "the public name of a key, or a folder",
    "follow_up_note.what": "a word of ours",
    "frozen_passport.document": "signed JSON, made of what is poisoned here",
    "job_run.name": "a word of ours",
    "month_tally.value": "the code of an option",
    "opt_out.source": "a word of ours",
    "passkey.extensions": "what an authenticator says, as JSON",
    "pinned_figure.arguments": "filters and rules, as the address of a passport has them",
    "pinned_figure.span": "a word of ours, or days",
    "published_edition.definition": "the name and number of a measure",
    "reencryption.column": "the name of a column",
    "response_change.value": "the code of an option",
    "role.name": "a word of ours",
    "saved_view.arguments": "the query of an address",
    "saved_view.path": "an address of ours",
    "staff_identity.issuer": "compared",
    "staff_identity.subject": "compared",
    "staff_identity.tenant": "compared",
    "subject_day_tally.channel": "a word of ours",
    "subject_day_tally.value": "a word of ours",
    "subject_month_tally.value": "a word of ours",
    "survey_version.label": "a number",
    "webhook.url": "an address that is shown as text: tests/api/webhooks/test_addresses.py",
}
ADDRESSES = ("complaint_url", "complaints_url", "exit_url", "bsl_url", "url")  # their forms refuse other schemes
LISTS = ("keywords", "phrases", "exceptions")  # a quotation mark would be a fault in one, and all the page would say
CASES = {"contact.reference"}  # named as the drawn ones are, but by another system


def payload(number: int, begin: str, room: int | None) -> str:
    """Leaves an attribute of either quotes, a script and an element, would be evaluated as a template, and begins as an
    address that runs, or as a formula; a part of that where there is no room for all."""
    core = f"\"'></script><q{number}z onx=1>{{{{7*7}}}}q{number}z"
    for text in (f"{begin}{core}\u2028<svg onload=q{number}z>", begin + core, core):
        if room is None or len(text) + 8 <= room:
            return text
    return core


def columns() -> Iterator[tuple[int, Column[Any]]]:
    """Every column in which words can stand, with a number that a payload names it by."""
    for number, column in enumerate(c for table in Base.metadata.sorted_tables for c in table.columns):
        name = f"{column.table.name}.{column.name}"
        is_text = isinstance(column.type, String | JSON | EncryptedText) and not isinstance(column.type, Enum)
        if not is_text or column.foreign_keys or isinstance(column.type, EncryptedList):
            continue
        if name in CASES or not (column.name in {*DRAWN, *OF_OURS, *SHAPED} or name in ELSEWHERE):
            yield number, column


def poison(*begins: str) -> dict[int, str]:
    """Put a payload into every text of the database, with one of these before it; the columns that now hold one."""
    poisoned = {}
    for number, column in columns():
        room = getattr(column.type, "length", None)
        if room is not None and room < 40:
            raise AssertionError(f"{column} is too short for words: say in this file what stands in it")
        words = payload(
            number, "https://x.example/" if column.name in ADDRESSES else begins[number % len(begins)], room
        )
        if column.name in LISTS:
            words = f"</script><q{number}z> {{{{7*7}}}}q{number}z"
        if _rows_of_json(column, words) if _is_json(column) else _every_row(column, words):
            poisoned[number] = f"{column.table.name}.{column.name}"
    db.session.commit()
    return poisoned


def _every_row(column: Column[Any], words: str) -> bool:
    """Every row that holds something; what was there behind it, where no two may be alike."""
    table = column.table
    is_there = [column.is_not(None), as_type(column, Text) != ""]
    in_index = any(column.name in index.columns for index in table.indexes if index.unique)
    in_constraint = any(column.name in each.columns for each in table.constraints if isinstance(each, UniqueConstraint))
    is_unique = column.unique or column.primary_key or in_index or in_constraint
    value = literal(words) + as_type(column, Text) if is_unique else words
    result = db.session.execute(update(table).where(*is_there).values({column.name: value}))
    return bool(getattr(result, "rowcount", 0))


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON) or column.name in ("details", "answers", "given")


def _rows_of_json(column: Column[Any], words: str) -> bool:
    """The texts in each row's document: a leaf that is more than a code or a number."""
    key = next(iter(column.table.primary_key))
    is_text = not isinstance(column.type, JSON)
    changed = []
    for row, value in db.session.execute(select(key, column).where(column.is_not(None))):
        document = json.loads(value) if is_text and value else value
        other = _poisoned(document, words)
        if other != document:
            changed.append({"row": row, "other": json.dumps(other) if is_text else other})
    if changed:
        statement = update(column.table).where(key == bindparam("row")).values({column.name: bindparam("other")})
        db.session.connection().execute(statement, changed)
    return bool(changed)


def _poisoned(value: Any, words: str) -> Any:
    if isinstance(value, dict):
        return {key: _poisoned(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [_poisoned(each, words) for each in value]
    return words if isinstance(value, str) and re.search(r"[\s@]", value) else value
