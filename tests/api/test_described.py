"""Whatever a generator makes of the description, right or wrong, is answered as the description says."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig

from survey_app.api.describing.routes import BY_NAME, ROUTES, Route
from tests.api.conftest import READING, Asker

ACCEPTED = [200, 304, 404, 422]  # right arguments may name what is not there, or not fit together
CONFIG = {
    "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
    "generation": {"allow-x00": True},
}


CASES = [(route, mode) for route in ROUTES for mode in GenerationMode]
CASES.remove((BY_NAME["openapi"], GenerationMode.NEGATIVE))  # there is nothing to be wrong


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")  # the stricter of the two, once
@pytest.mark.parametrize(("route", "mode"), CASES, ids=lambda case: getattr(case, "name", case))
def test_what_is_generated_is_answered_as_described(
    years: Flask, asker: Callable[..., Asker], route: Route, mode: GenerationMode
) -> None:
    key = asker(*READING, "contacts:write").key
    years.extensions["tries"].enabled = False
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", years, config=SchemathesisConfig.from_dict(CONFIG))
    operation = schema[route.path][route.method.upper()]

    @settings(suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def every(case: Case) -> None:
        # a context of its own, as each request has one on a server
        Context().run(case.call_and_validate, headers={"Authorization": f"Bearer {key}"})

    every()
