"""The evidence pack as a file: one zip whose manifest names every file with its SHA-256, signed with Ed25519.

The same content gives the same bytes: entries are sorted and carry no clock of this machine.
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
PAGE = "index.html"
PASSPORTS = "passports/"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say


def build_pack(files: Mapping[str, bytes], about: Mapping[str, Any], signing_key: bytes) -> bytes:
    """The zip of `files` by path, with a signed manifest. `about` says what the pack is of (framework, period, cut).

    `signing_key` is the 32 bytes of an Ed25519 private key.
    """
    key = Ed25519PrivateKey.from_private_bytes(signing_key)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    manifest = json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "about": dict(about),
            "files": {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())},
            "public_key": base64.b64encode(public).decode(),
        },
        indent=1,
        sort_keys=True,
        ensure_ascii=False,
    ).encode()
    signature = base64.b64encode(key.sign(manifest))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted({**files, MANIFEST: manifest, SIGNATURE: signature}.items()):
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
