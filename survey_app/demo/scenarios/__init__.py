"""Councils that do not exist, one a module, each to show what a document of a real kind of council shows."""

from collections.abc import Mapping

from survey_app.demo.scenarios.borough import BOROUGH
from survey_app.demo.scenarios.city import CITY
from survey_app.demo.scenarios.county import COUNTY
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.town import TOWN
from survey_app.demo.scenarios.unitary import UNITARY

SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in (BOROUGH, CITY, COUNTY, TOWN, UNITARY)}
