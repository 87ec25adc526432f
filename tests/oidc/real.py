"""A real, certified provider from the package registry (tests/oidc/provider.mjs), for as long as a block lasts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.oidc.forger import TENANT

FOLDER = Path(__file__).parent
MISSING = "no real provider of single sign-on: `make oidc` installs it where there is Node and a package registry"


@contextmanager
def real_provider(port: int, site: str) -> Iterator[str]:
    """Its issuer. It knows us as a client at `site`; the test is skipped where it is not installed."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        pytest.skip(MISSING)
    command = [
        node,
        str(FOLDER / "provider.mjs"),
        str(port),
        f"{site}/accounts/single-sign-on/callback",
        f"{site}/accounts/signed-out",
    ]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != "ready":
                pytest.fail("the provider did not start: node tests/oidc/provider.mjs says why")
            yield f"http://127.0.0.1:{port}/{TENANT}/v2.0"
        finally:
            process.terminate()
