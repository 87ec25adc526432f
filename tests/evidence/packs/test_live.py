"""What `--live` says to an assessor: the pack is as it was made, and what has become of each figure since."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.measures.address import make_query
from survey_app.measures.models import Target
from survey_app.organisation.models import Service
from survey_app.responses.models import SurveyResponse
from survey_app.surveys.models import SurveyVersion
from tests.evidence.packs.test_pack import make_pack
from tests.evidence.test_pins import YEAR, pin
from tests.factories import make_answers, withdraw

__all__ = ["make_pack"]


def test_each_difference_is_told_by_its_exhibit_in_whole_sentences(year, make_pack, runner):
    pin("1.3.1")
    pin("5.3.1", query=make_query("timeliness", *YEAR, {"service": "housing"}))
    pack = make_pack()

    def since_then() -> list[str]:
        db.session.commit()
        result = runner.invoke(args=["evidence", "verify", str(pack), "--live"])
        db.session.commit()  # its transaction only read
        lines: list[str] = result.output.splitlines()
        assert lines[0].startswith("Nothing was changed: ")
        at = lines.index("The pack is as it was made. Since then, in this database:")
        assert result.exit_code == 1
        return lines[at + 1 :]

    housing = db.session.scalars(select(Service).where(Service.code == "housing")).one()
    housing.valid_to = date(2026, 3, 31)  # retired: its figures stay what they were
    target = db.session.scalars(select(Target)).one()
    target.value = 0.95
    (moved,) = since_then()
    assert moved.startswith("figure E01, Satisfaction, 1 April 2025 to 31 March 2026 (passport p1-")
    assert moved.endswith("): Its target was over 90% in the pack, it is over 95% now.")
    target.value = 0.9

    survey = db.session.scalars(select(SurveyVersion)).one()
    withdraw(db.session.scalars(select(SurveyResponse).where(SurveyResponse.counts_on >= date(2025, 4, 1))).first())
    make_answers(survey, housing, date(2025, 6, 3), {"satisfaction": "1"}, 2)
    satisfaction, timeliness = since_then()
    assert satisfaction.endswith(
        "): 1 of 489 answers was withdrawn since, 2 answers arrived later; the figure was 465 of 489, it is 464 of 490 "
        "now. In detail: answers “5”: 369 then, 368 now (-1); base: 489 then, 490 now (+1); numerator: 465 then, 464 "
        "now (-1); answers “1”: 0 then, 2 now (+2)."
    )
    assert timeliness.startswith("figure E02, Timeliness")

    housing.code = "housing-until-2026"
    assert since_then()[1].endswith("): It cannot be counted again here. There is no service housing.")
