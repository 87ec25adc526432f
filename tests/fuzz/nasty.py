"""What people, spreadsheets, scanners and attackers send where a name, a day or a comment was asked for."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

NULL, ESCAPE, NEXT_LINE = "\x00", "\x1b[2J", "\x85"
RIGHT_TO_LEFT, ISOLATE, MARK = "\u202e", "\u2067", "\u200f"

SAMPLES = (
    "",
    " ",
    NULL,
    f"before{NULL}after",
    f"{ESCAPE}gone",
    f"line{NEXT_LINE}line",
    "\ufffe\uffff",
    "one\r\ntwo\rthree\n",
    f"{RIGHT_TO_LEFT}gnp.exe",
    f"{ISOLATE}שירות{MARK} 90%",
    "خدمت بہت اچھی تھی",
    "zero\u200bwidth\u200djoiner\ufeff",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "Z̸̡̛͔̟͍" + "\u0301" * 200,
    "ﬁﬂ ＝１ ǅ ß İ ı",
    "100% {0} {name} %s %(x)s %n",
    "{{ 7 * 7 }}{% for x in y %}",
    "'; DROP TABLE answer; --",
    "\\' OR 1=1 %_",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</textarea></title><!--",
    "&lt;b&gt; &amp; &#0;",
    '=HYPERLINK("https://example.org";"x")',
    "+44 1632 960123",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "../../etc/passwd",
    "null",
    "NaN",
    "-1",
    "0",
    "9" * 40,
    "1e309",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "31/02/2026",
    "x" * 6_000,
)

unseen = st.characters(codec=None, categories=("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Mn"))
any_text = st.one_of(
    st.sampled_from(SAMPLES),
    st.text(st.one_of(unseen, st.characters(codec=None), st.sampled_from("%{}<>&'\"=;,/\\~.\n")), max_size=60),
    st.builds("".join, st.lists(st.sampled_from(SAMPLES), min_size=2, max_size=3)),
)
"""Text with anything in it, lone surrogates too: what a form field, a cell or an argument may hold."""

sendable = any_text.map(lambda text: text.encode(errors="replace").decode())
"""The same as far as a browser can send it: no half characters."""

raw = st.one_of(any_text.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=40))
"""Bytes that may be no UTF-8: encoded surrogates, Latin-1, anything."""

percent_encoded = raw.map(lambda content: quote_from_bytes(content, safe=""))
"""The same as a browser's or a scanner's form body and address have it."""

days = st.one_of(
    st.dates().map(str),
    st.sampled_from(
        ["0001-01-01", "1899-12-31", "1900-01-01", "2999-12-31", "3000-01-01", "9999-12-31", "2026-02-30", "NaN", ""]
    ),
)
whole_numbers = st.one_of(st.integers(), st.sampled_from([-1, 0, 2**31, 2**63 - 1, 2**63, 10**40])).map(str)


def instead_of(*sound: str, other: st.SearchStrategy[str] = any_text) -> st.SearchStrategy[str]:
    """Now one that is right, now anything: so that the rest of the form is reached, too."""
    return st.one_of(st.sampled_from(sound), other)
