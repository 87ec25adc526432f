"""The evidence pack as a file: one zip whose manifest names every file with its SHA-256, signed with Ed25519.

The same content gives the same bytes on any machine: entries are sorted, carry no clock and are stored as they are,
because two versions of a compressor write two different files. So a zip can be checked to the last byte.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT = "council-survey-evidence-pack"
VERSION = 1
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
FIGURES = "figures.csv"
CHANGES = "changes.csv"
EFFECTS = "effects.csv"
ELEMENTS = "self-assessment.csv"
COUNTS = "counts.csv"
EXHIBITS = "exhibits.csv"
METHOD = "method.csv"
PAGE = "index.html"
CHECK_PAGE = "check.html"
PDF = "evidence.pdf"
XLSX = "evidence.xlsx"
ODS = "evidence.ods"
DOCUMENTS = "documents/"
PASSPORTS = "passports/"
TRENDS = "trends/"
TABLES = "tables/"
FIGURE_COLUMNS = (
    "exhibit", "elements", "title", "measure", "unit", "from", "to", "where", "shown", "value", "numerator", "base",
    "low", "high", "target", "comparator", "status", "passport", "data_cut",
)  # fmt: skip
CHANGE_COLUMNS = (
    "exhibit", "measure", "passport", "previous_passport", "difference", "low", "high", "p_value", "adjusted_for",
    "adjusted_p", "named", "verdict", "sentence",
)  # fmt: skip
EFFECT_COLUMNS = (
    "exhibit", "what", "scope", "measure", "done_on", "settling_days", "better", "compared_with",
    "after_from", "after_to", "after_numerator", "after_base",
    "before_from", "before_to", "before_numerator", "before_base",
    "difference", "low", "high", "p_value", "adjusted_for", "adjusted_p",
    "rest_after_numerator", "rest_after_base", "rest_before_numerator", "rest_before_base",
    "beyond_rest", "beyond_rest_low", "beyond_rest_high", "verdict", "sentence",
    "after_passport", "before_passport", "rest_after_passport", "rest_before_passport",
)  # fmt: skip
ELEMENT_COLUMNS = (
    "element", "criterion", "sub_criterion", "title", "own_rating", "claim", "exhibits", "strongest", "owner",
    "review_date",
)  # fmt: skip
COUNT_COLUMNS = ("exhibit", "passport", "kind", "code", "count", "adds_to_numerator")
EXHIBIT_COLUMNS = ("exhibit", "kind", "title", "elements", "sentence", "details", "file", "sha256", "address")
METHOD_COLUMNS = ("about", "what was done")
TREND_COLUMNS = ("period", "from", "to", "value", "numerator", "base", "low", "high", "note")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say


def build_pack(files: Mapping[str, bytes], about: Mapping[str, Any], signing_key: bytes) -> bytes:
    """The zip of `files` by path, with a signed manifest. `about` says what the pack is of (framework, period, cut).

    `signing_key` is the 32 bytes of an Ed25519 private key.
    """
    key = Ed25519PrivateKey.from_private_bytes(signing_key)
    manifest = json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "about": dict(about),
            "files": {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())},
            "public_key": public_key_text(signing_key),
        },
        indent=1,
        sort_keys=True,
        ensure_ascii=False,
    ).encode()
    signature = base64.b64encode(key.sign(manifest))
    return zip_of({**files, MANIFEST: manifest, SIGNATURE: signature})


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """The one zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # alike wherever it is made
            archive.writestr(entry, content)
    return packed.getvalue()


def public_key_text(signing_key: bytes) -> str:
    """The public half of a signing key, as manifests write it."""
    public = Ed25519PrivateKey.from_private_bytes(signing_key).public_key()
    return base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def public_key_pem(signing_key: bytes) -> str:
    """The same as other tools read it."""
    public = Ed25519PrivateKey.from_private_bytes(signing_key).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
