"""Is any library in requirements.txt known to be vulnerable? `make audit`.

Exit status 0: every one was looked up, and nothing is known. 1: something is known, or the audit itself is broken.
3: not all could be looked up, for the source of advisories was not reached; that says nothing either way, and the line
says so. AUDIT_URL names another source with the interface of OSV.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
OSV = "https://api.osv.dev/v1/query"
VULNERABLE, NOT_AUDITED = 1, 3
PATIENCE_SECONDS = 300


def main(lock: Path, url: str) -> int:
    """Say in one line what is known of the libraries of a lock file."""
    wanted = pinned(lock.read_text("utf-8"))
    found = looked_up(lock, url)
    checked = {_name(each["name"]): each for each in found if "skip_reason" not in each}
    vulnerable = [f"{each['name']} {each['version']}: {_ids(each)}" for each in checked.values() if each["vulns"]]
    if vulnerable:
        print("Known vulnerabilities:", *vulnerable, sep="\n  ")
        return VULNERABLE
    if missing := sorted(wanted - checked.keys()):
        print(
            f"NOT AUDITED: {len(missing)} of {len(wanted)} libraries could not be looked up at {url}. "
            "This says nothing about whether they are vulnerable; run it where that address can be reached."
        )
        return NOT_AUDITED
    print(f"No known vulnerability in {len(wanted)} libraries.")
    return 0


def pinned(text: str) -> set[str]:
    """The names of the libraries of a lock file that are installed on a machine like this one."""
    found = [Requirement(line.rstrip(" \\")) for line in text.splitlines() if re.match("[A-Za-z0-9]", line)]
    return {_name(each.name) for each in found if each.marker is None or each.marker.evaluate()}


def looked_up(lock: Path, url: str) -> list[dict[str, Any]]:
    """What is known of each library; nothing of any when the source was not reached."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes", "--disable-pip"]
    command += ["-s", "osv", "--osv-url", url, "-f", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        return list(json.loads(done.stdout)["dependencies"])
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []


def _ids(library: dict[str, Any]) -> str:
    return ", ".join(
        f"{found['id']} (fixed in {' or '.join(found['fix_versions']) or 'none'})" for found in library["vulns"]
    )


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(ROOT / "requirements.txt", os.environ.get("AUDIT_URL", OSV)))
