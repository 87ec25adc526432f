"""Whatever is done to a pack's zip is found and named, with exit status 1 and one JSON document."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from survey_app.evidence.packs.cli import verify
from survey_app.evidence.packs.packing import build_pack
from survey_app.evidence.packs.verifying import open_pack, verify_pack
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.address import make_query
from tests.evidence.packs.test_pack import KEY, contents, make_pack, rewritten, signed_again
from tests.evidence.test_pins import YEAR, pin

__all__ = ["make_pack"]


@pytest.fixture
def pack(year, make_pack) -> Path:
    """A sound one, of one figure."""
    pin("1.3.1")
    return make_pack()


def found_in(path: Path) -> list[str]:
    """Each problem as the command says it."""
    try:
        return [f"{problem.where}: {problem.what}" for problem in verify_pack(open_pack(path)).problems]
    except InvalidInput as refused:
        return [refused.message]


def test_any_changed_byte_is_found_and_one_inside_a_file_is_named(pack, tmp_path):
    sound = pack.read_bytes()
    with zipfile.ZipFile(pack) as archive:
        starts = {entry.filename: _content_at(sound, entry) for entry in archive.infolist()}
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    forged = tmp_path / "forged.zip"

    @given(some.sampled_from(sorted(starts)), some.floats(0, 1, exclude_max=True), some.integers(1, 255))
    def in_a_file(name: str, place: float, mask: int) -> None:
        changed = bytearray(sound)
        changed[starts[name] + int(place * sizes[name])] ^= mask
        forged.write_bytes(changed)
        assert any(problem.startswith(name) for problem in found_in(forged))

    @given(some.integers(0, len(sound) - 1), some.integers(1, 255))
    def anywhere(place: int, mask: int) -> None:
        changed = bytearray(sound)
        changed[place] ^= mask
        forged.write_bytes(changed)
        assert found_in(forged)

    @given(some.integers(0, len(sound) - 1))
    def cut_off(length: int) -> None:
        forged.write_bytes(sound[:length])
        assert found_in(forged)

    in_a_file()
    anywhere()
    cut_off()


def _content_at(packed: bytes, entry: zipfile.ZipInfo) -> int:
    name, extra = struct.unpack_from("<HH", packed, entry.header_offset + 26)
    return entry.header_offset + 30 + int(name) + int(extra)


def test_whatever_is_done_to_the_files_or_around_them_is_named_by_the_command(pack, runner, tmp_path):
    sound, files = pack.read_bytes(), contents(pack)
    forged = tmp_path / "forged.zip"

    def remade(**changed: bytes | None) -> bytes:
        kept = {name: content for name, content in (files | changed).items() if content is not None}
        return rewritten(forged, kept).read_bytes()

    renamed = {**files, "numbers.csv": files["figures.csv"]}
    del renamed["figures.csv"]
    cases: dict[str, tuple[bytes, list[str]]] = {
        "added": (remade(**{"more.txt": b"x"}), ["more.txt: it is not in the manifest"]),
        "added and signed anew": (
            signed_again(forged, {**files, "passports/p1-0.json": b"{}"}).read_bytes(),
            ["passports/p1-0.json: no figure of"],
        ),
        "removed": (remade(**{"evidence.pdf": None}), ["evidence.pdf: it is missing"]),
        "renamed": (
            rewritten(forged, renamed).read_bytes(),
            ["figures.csv: it is missing", "numbers.csv: it is not in the manifest"],
        ),
        "a path out of it": (remade(**{"../figures.csv": b"x"}), ["../figures.csv: its path leads out of the pack"]),
        "signed by nobody": (remade(**{"manifest.sig": b"AAAA"}), ["manifest.json: it and manifest.sig do not fit"]),
        "no signature": (remade(**{"manifest.sig": None}), ["manifest.sig: it is missing or no signature"]),
        "no manifest": (remade(**{"manifest.json": None}), ["manifest.json: it cannot be read as the manifest"]),
        "an empty pack": (build_pack({}, {}, KEY), ["figures.csv: it does not have the columns"]),
        "the same name twice": (_with_twice(sound, "figures.csv"), ["figures.csv: it is in the zip more than once"]),
        "a comment": (_commented(sound), ["the zip itself: bytes around its files were changed"]),
        "something before it": (b"#!/bin/sh\n" + sound, ["the zip itself: bytes around its files were changed"]),
        "something after it": (sound + b"\0", ["the zip itself: bytes around its files were changed"]),
        "compressed again": (_compressed(files), ["is compressed"]),
        "a bomb": (_compressed({"figures.csv": bytes(20_000_000)}), ["is compressed"]),
        "nothing": (b"", ["cannot be read as a pack"]),
        "no zip": (b"%PDF-1.7", ["cannot be read as a pack"]),
        "a broken PDF": (
            signed_again(forged, files | {"evidence.pdf": b"%PDF-1.7\n"}).read_bytes(),
            ["evidence.pdf: its words cannot be read"],
        ),
    }
    for name, (content, expected) in cases.items():
        forged.write_bytes(content)
        result = runner.invoke(verify, [str(forged), "--json"])
        document = json.loads(result.stdout)
        assert (result.exit_code, document["ok"], set(document)) == (1, False, {"ok", "files", "figures", "problems"})
        said = [f"{problem['where']}: {problem['what']}" for problem in document["problems"]]
        assert all(any(words in line for line in said) for words in expected), (name, said)
        assert "Traceback" not in result.output
        plain = runner.invoke(verify, [str(forged)])
        assert plain.exit_code == 1
        assert all(words in plain.output for words in expected), (name, plain.output)


def _with_twice(sound: bytes, name: str) -> bytes:
    made = io.BytesIO(sound)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr(name, "another")
    return made.getvalue()


def _commented(sound: bytes) -> bytes:
    made = io.BytesIO(sound)
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = b"Checked by us"
    return made.getvalue()


def _compressed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_a_figure_that_the_pdf_does_not_show_is_found_even_under_a_new_signature(pack, make_pack):
    older = contents(pack)["evidence.pdf"]
    pin("1.3.2", query=make_query("satisfaction_mean", *YEAR))
    newer = make_pack("newer.zip")
    problems = found_in(signed_again(newer, contents(newer) | {"evidence.pdf": older}))
    for place in ("in the list of figures", "at its element"):
        assert f"figure E02: evidence.pdf does not show 4.66, 2277 of 489, {place}" in problems
    assert any(problem.startswith("change of E01: evidence.pdf does not say") for problem in problems)
    assert not any(problem.startswith("figure E01") for problem in problems)


def test_a_pack_is_checked_where_there_is_no_council_no_database_and_no_folder_to_write_into(pack, tmp_path):
    bare = tmp_path / "bare"
    bare.mkdir()
    moved = bare / "pack.zip"
    moved.write_bytes(pack.read_bytes())
    environment = {
        "PATH": os.environ["PATH"],
        "INSTANCE_PATH": str(bare / "instance"),
        "FLASK_APP": "wsgi",
        "DATABASE_URL": "postgresql://nowhere/none",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "evidence", "verify", str(moved)],
        env=environment | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        cwd=bare,
        check=False,
    )
    assert (done.returncode, done.stdout.startswith("Nothing was changed: ")) == (0, True), done.stderr
    assert sorted(path.name for path in bare.iterdir()) == ["pack.zip"]
