"""A small client of the API, to copy and change. It needs Python 3.11 and nothing else.

    python client.py https://survey.example.gov.uk services
    python client.py https://survey.example.gov.uk measures/satisfaction from=2025-04-01 to=2026-03-31 by=month
    python client.py https://survey.example.gov.uk responses changed_since=2026-03-01 > responses.ndjson

The key is read from SURVEY_API_KEY, so that it stands neither in a file nor in the history of a shell.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from typing import Any

TRIES = 6
LONGEST_WAIT_SECONDS = 120
PATIENCE_SECONDS = 60
LISTS = {"responses", "comments"}


class ApiProblem(Exception):
    """The API refused. `status` and `detail` say why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail = status, detail


class SurveyApi:
    """The API at an address, with a key."""

    def __init__(self, address: str, key: str) -> None:
        where = urllib.parse.urlsplit(address)
        if where.scheme != "https" and where.hostname not in {"127.0.0.1", "localhost"}:
            raise ValueError("The address must begin with https: the key would be sent in clear.")
        self._root, self._key = f"{address.rstrip('/')}/api/v1/", key

    def get(self, path: str, **arguments: Any) -> Any:
        """One answer, as it is. Give a list for an argument that may stand several times."""
        with self._open(path, "application/json", arguments) as answer:
            return json.load(answer)

    def pages(self, name: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(name, limit=1000, **arguments, **({"cursor": cursor} if cursor else {}))
            yield from page[name]
            cursor = page["next_cursor"]

    def stream(self, name: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, however long it is. A stream that breaks off is taken up at its last mark."""
        cursor: str | None = ""
        cuts = 0  # one after the other, with nothing whole between them
        while cursor is not None:
            rows: list[dict[str, Any]] = []
            try:
                more = {"cursor": cursor} if cursor else {}
                with self._open(name, "application/x-ndjson", arguments | more) as answer:
                    for line in answer:
                        row = json.loads(line)
                        if "next_cursor" in row:
                            yield from rows  # they are whole: their mark stands behind them
                            rows, cuts, cursor = [], 0, row["next_cursor"]
                        else:
                            rows.append(row)
            except (OSError, HTTPException, json.JSONDecodeError):
                pass  # cut off: what came since the last mark is asked for again
            if cursor is not None:
                cuts += 1
                if cuts == TRIES:
                    raise ConnectionError(f"{name} broke off {TRIES} times at the same place")

    def send_contacts(self, contacts: list[dict[str, Any]]) -> Any:
        """Send contacts, and hear what became of each. A batch whose answer was lost is simply sent again."""
        with self._open("contacts", "application/json", {}, json.dumps({"contacts": contacts}).encode()) as answer:
            return json.load(answer)

    def _open(self, path: str, form: str, arguments: dict[str, Any], body: bytes | None = None) -> HTTPResponse:
        query = urllib.parse.urlencode(arguments, doseq=True)
        headers = {"Authorization": f"Bearer {self._key}", "Accept": form}
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(f"{self._root}{path}{'?' if query else ''}{query}", body, headers)
        for attempt in range(1, TRIES + 1):
            try:
                answer: HTTPResponse = urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
                return answer
            except urllib.error.HTTPError as error:
                if attempt == TRIES or not (error.code == 429 or error.code >= 500):
                    raise ApiProblem(error.code, _detail(error)) from error
                wait = int(error.headers.get("Retry-After", 2**attempt))
            except urllib.error.URLError:
                if attempt == TRIES:
                    raise
                wait = 2**attempt
            time.sleep(min(wait, LONGEST_WAIT_SECONDS))
        raise AssertionError("unreachable")


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["detail"])
    except (ValueError, KeyError, TypeError):
        return str(error.reason)


def main() -> int:
    if len(sys.argv) < 3 or "SURVEY_API_KEY" not in os.environ:
        print(__doc__, file=sys.stderr)
        return 2
    arguments: dict[str, list[str]] = {}
    for each in sys.argv[3:]:
        name, _, value = each.partition("=")
        arguments.setdefault(name, []).append(value)
    api = SurveyApi(sys.argv[1], os.environ["SURVEY_API_KEY"])
    try:
        if sys.argv[2] in LISTS:
            for row in api.stream(sys.argv[2], **arguments):
                print(json.dumps(row, ensure_ascii=False))
        else:
            print(json.dumps(api.get(sys.argv[2], **arguments), ensure_ascii=False, indent=2))
    except ApiProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
