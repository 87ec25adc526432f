"""Rows of a file are told apart, whatever stands in its columns."""

from __future__ import annotations

from io import BytesIO

from survey_app.contacts.sorting import MOST_COMPARED, Sorted, read_batches, sort_rows
from survey_app.kernel.csvfile import CsvFile
from survey_app.organisation.names import Named, NameIndex
from tests.factories import NOON

SERVICES = NameIndex([Named(1, "waste", "Waste"), Named(2, "housing", "Housing")])


def sort(*services: str) -> Sorted:
    lines = [f"C-{n},2026-03-09 10:00,phone,{service}" for n, service in enumerate(services)]
    file = CsvFile(BytesIO("\n".join(["reference,occurred_at,channel,service", *lines]).encode()))
    (rows,) = read_batches(file, len(services), NOON)
    return sort_rows(rows, SERVICES, {}, b"k" * 32)


def test_an_unknown_service_is_named_with_what_may_have_been_meant() -> None:
    ((_, rejected),) = sort("Wasste").rejected
    assert "of this name (did you mean Waste (waste)?): Wasste" in rejected.reasons[0]


def test_free_text_in_the_column_of_services_is_rejected_without_comparing_every_row() -> None:
    found = sort(*(f"Waste {n:04}" for n in range(1_000)), "waste", "Waste 0000")
    reasons = [rejected.reasons[0] for _, rejected in found.rejected]
    assert len(reasons) == 1_001
    assert all("there is no service" in reason for reason in reasons)
    assert sum("did you mean" in reason for reason in reasons) == MOST_COMPARED + 1  # the first stands there twice
    assert len(found.fresh) == 1
