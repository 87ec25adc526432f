"""Making an evidence pack of some 40 pages with 20 charts, in all its formats.

What users feel: whoever presses "Make evidence pack" waits for it, and 60 seconds were promised. The reference is Typst
setting the pack's PDF alone from the same words and pictures: what an accessible document of that size takes at least.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from benchmarks.council import YEAR
from benchmarks.measuring import Result, in_turn, seconds
from benchmarks.workbench import Workbench, app_on
from survey_app.evidence.elements.operations import import_cse, write_claim
from survey_app.evidence.exhibits.operations import pin_exhibit
from survey_app.evidence.frameworks import CSE_CODE
from survey_app.evidence.models import ExhibitKind
from survey_app.evidence.packs.document import pdf
from survey_app.evidence.packs.making import Made, make_pack
from survey_app.evidence.queries import framework_by_code
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.measures.address import make_query
from survey_app.organisation.queries import all_services

NAME = "packs"
CHARTS = 20
MEASURES = ("satisfaction", "timeliness", "information", "professionalism", "staff_attitude", "delivery", "access")


def run(bench: Workbench) -> Iterator[Result]:
    with app_on(bench.council(bench.kinds[0], bench.size.few_answers)) as app, app.app_context():
        _pin_charts()

        def make() -> Made:
            return make_pack(
                CSE_CODE, YEAR, settings=app.extensions["settings"], now=utc_now(), tell=lambda done, step: None
            )

        made = make()
        pairs = in_turn(lambda: seconds(make), lambda: seconds(lambda: pdf(made.pack)), bench.size.pairs)
        with pikepdf.open(io.BytesIO(pdf(made.pack))) as document:
            pages = len(document.pages)
        charts = sum(view.chart is not None for view in made.pack.figures)
        note = f"{pages} pages, {charts} charts; 60 s were promised"
        yield Result("evidence pack", "s", "Typst setting its PDF alone", pairs, more_is_better=False, note=note)


def _pin_charts() -> None:
    """So many charts by service, one an element, each with a claim."""
    now, pinned = utc_now(), 0
    with transaction():
        import_cse(now=now)
        elements = framework_by_code(CSE_CODE).elements
        queries = [
            make_query(measure, YEAR.first, YEAR.last, {"service": service.code})
            for measure in MEASURES
            for service in all_services()
        ]
        for element, query in zip(elements, queries, strict=False):
            write_claim(element, "Residents tell us after they contacted us, and we act on what they say.", now=now)
            if pinned == CHARTS:
                continue
            try:
                pin_exhibit(query, ExhibitKind.CHART, "", [element], now=now)
            except Refused:
                continue  # too few answers at the smallest size
            pinned += 1
