"""HTML of a foreign text, as plain text: what it says stays, with its lines and lists, and nothing that a browser runs.

Tags are found by one pattern that reads each character a bounded number of times, whatever the text. The parser of the
standard library takes seconds for some texts of a few thousand characters, and fails on others.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from survey_app.kernel.characters import fit, shortened

LONGEST_FOREIGN_TEXT = 100_000
_SILENT = "script|style|iframe|object|noscript|template|svg|math|audio|video|canvas|applet|xmp"
_TOKEN = re.compile(
    rf"<!--.*?(?:-->|\Z)|<(?P<silent>{_SILENT})\b.*?(?:</(?P=silent)\s*>|\Z)"
    r"""|<(?P<name>[!?/]?[a-z][a-z0-9]*|[!?/])(?P<rest>(?:[^<>"']|"[^"<>]*"|'[^'<>]*'|["'])*+)>?""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(?<![a-z-])([a-z][a-z-]*+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"']++))""", re.IGNORECASE)
_LINES = frozenset({"br", "p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section"})
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_MOST_ROUNDS = 5


@dataclass(frozen=True)
class Cleaned:
    """A text without any markup, and what of it did not come along: "a script", "a picture (logo.png)"."""

    text: str
    left_out: tuple[str, ...] = ()


def cleaned(markup: str) -> Cleaned:
    """The plain text of some HTML, or of a text that has none. An address behind a link stands after it in brackets.

    No tag is left, not even one that was hidden in entities; what runs, plays or shows is named.
    """
    left_out: list[str] = []
    text = fit(markup)
    if len(text) > LONGEST_FOREIGN_TEXT:
        text = text[:LONGEST_FOREIGN_TEXT]
        left_out.append(f"what follows the first {LONGEST_FOREIGN_TEXT:,} characters")
    if "<" not in text and "&" not in text:
        return Cleaned(text.strip(), tuple(left_out))
    for _ in range(_MOST_ROUNDS):
        text = fit(html.unescape(_without_tags(text, left_out)))
        if not _TOKEN.search(html.unescape(text)):
            break
    text = _TOKEN.sub("", text)
    return Cleaned(_tidied(text), tuple(dict.fromkeys(left_out)))


def _without_tags(markup: str, left_out: list[str]) -> str:
    links: list[str] = []

    def said(token: re.Match[str]) -> str:
        if token["silent"]:
            left_out.append({"script": "a script", "style": "a style"}.get(token["silent"].lower(), "an embedded part"))
            return ""
        name = (token["name"] or "").lower()
        if name == "/a":
            return links.pop() if links else ""
        attributes = _attributes(token["rest"] or "")
        left_out.extend("a script in a tag" for attribute in attributes if attribute.startswith("on"))
        if name == "a":
            links.append(_address(attributes.get("href", ""), left_out))
            return ""
        if name in ("img", "embed"):
            left_out.append(f"a picture ({shortened(attributes.get('src', 'without a name'))})")
            return attributes.get("alt", "")
        if name in ("td", "th"):
            return " "
        return "\n- " if name == "li" else "\n" if name.removeprefix("/") in _LINES else ""

    text = _TOKEN.sub(said, re.sub(r"[\t\n\r ]+", " ", markup) if _has_lines(markup) else markup)
    return text + "".join(links)


def _has_lines(markup: str) -> bool:
    """Whether its lines are made by tags: then those of the source mean nothing."""
    return any((token["name"] or "").lower().strip("/") in _LINES | {"li"} for token in _TOKEN.finditer(markup))


def _attributes(rest: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(rest)
    return {
        name.lower(): fit(html.unescape(a or b or c or "")).strip() for name, a, b, c in (x.groups() for x in found)
    }


def _address(href: str, left_out: list[str]) -> str:
    """What stands after the words of a link."""
    address = re.sub(r"\s", "", href)
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        scheme = "broken"
    if scheme in _SAFE_SCHEMES:
        return f" ({address})"
    if address and not address.startswith("#"):
        left_out.append(f"an address that leads nowhere or runs something ({shortened(address)})")
    return ""


def _tidied(text: str) -> str:
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in text.replace("\r\n", "\n").split("\n")]
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line != "-"))
    return tidy.strip()
