"""From where contacts come."""

from __future__ import annotations

from dataclasses import dataclass

_KEY = "key:"


@dataclass(frozen=True, slots=True)
class Source:
    """One way in. `code` stays the same for ever; `name` is what people call it until somebody names its feed."""

    code: str
    name: str

    @property
    def how(self) -> str:
        """How contacts arrive on it, in words."""
        return "API key" if self.code.startswith(_KEY) else _WAYS[self.code]


_WAYS = {"page": "Uploaded on the page", "command": "Command line", "folder": "Drop folder"}
PAGE, COMMAND, FOLDER = (Source(code, name) for code, name in _WAYS.items())


def source_of_key(public: str, name: str) -> Source:
    """The source that an API key is: `public` is the key's public name."""
    return Source(f"{_KEY}{public}", name)
