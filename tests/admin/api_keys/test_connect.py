"""The page that connects Power BI and Excel: what is copied from it asks for what the API has."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from survey_app.accounts.keys.operations import make_key
from survey_app.admin.api_keys.power_query import CELL, FIGURE, RESPONSE, power_queries
from survey_app.api.describing.openapi import openapi_document
from survey_app.kernel.clock import utc_now

URL = "/admin/api-keys/connect"
SITE = "https://survey.example.gov.uk"


def test_the_page_says_what_to_paste_and_holds_no_key(sign_in):
    admin = sign_in("administrator")
    page = BeautifulSoup(admin.get(URL).text, "html.parser")
    assert "No key that reads works yet." in page.text
    assert [code.text for code in page.select("pre code")] == [
        query.text for query in power_queries("http://127.0.0.1:5000")
    ]
    made = make_key("BI", ["figures:published"], days=30, now=utc_now())
    text = admin.get(URL).text
    assert "No key that reads works yet." not in text
    assert made.text not in text
    assert sign_in("cse_lead").get(URL).status_code == 403


def test_a_query_asks_for_a_route_arguments_and_columns_that_there_are():
    document = openapi_document()
    shapes = document["components"]["schemas"]
    assert set(FIGURE) <= set(shapes["Figure"]["properties"])
    assert set(CELL) <= set(shapes["Cell"]["properties"])
    assert set(RESPONSE) <= set(shapes["Response"]["properties"])
    for query in power_queries(SITE):
        assert query.text.startswith(f'let\n    Address = "{SITE}",\n    Key = "paste the key here",')
        (path,) = re.findall(r'RelativePath = "api/v1([^"]+)"', query.text)
        path = path.replace("/measures/satisfaction", "/measures/{name}")
        path = path.replace("/published/satisfaction/2025-26", "/published/{measure}/{year}")
        operation = document["paths"][path]["get"]
        assert query.scope in operation["description"]
        asked = re.findall(r"[\[ ](\w+) = ", "".join(re.findall(r"Query = (\[.*\])", query.text)))
        assert set(asked) <= {each["name"] for each in operation["parameters"]}
        assert query.text.count("(") == query.text.count(")")
        assert all(query.text.count(one) == query.text.count(other) for one, other in ("[]", "{}"))
