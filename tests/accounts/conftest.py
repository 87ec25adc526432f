"""What tests of sign-in share: letters as they were sent, and somebody who signs in."""

from __future__ import annotations

import email
from email import policy

import pytest


@pytest.fixture
def outbox(settings):
    """outbox() is the text of every letter so far, oldest first."""

    def letters() -> list[str]:
        files = sorted((settings.instance_path / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        messages = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [f"To: {message['To']}\n{message.get_content()}" for message in messages]

    return letters
