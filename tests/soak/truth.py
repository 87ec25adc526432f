"""What has to be true of a council after any fault, counted from outside: by mail, thank-yous and our own sums."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta

from survey_app.kernel.clock import utc_now
from tests.journey.council import Council
from tests.journey.recount import Person, recount
from tests.soak.keeper import ledger_of, rows
from tests.soak.residents import Residents, links_by_recipient


@dataclass(frozen=True)
class Counts:
    """Before: who was to be asked and to answer. After: what arrived, what was thanked for, what is stored."""

    contacts: int
    answering: int
    reached: int
    copies: int
    thanked: int
    stored: int

    def __str__(self) -> str:
        return (
            f"before: {self.contacts} contacts, {self.answering} will answer; after: {self.reached} reached by "
            f"{self.copies} messages, {self.thanked} thanked, {self.stored} answers stored and counted"
        )


def all_is_true(council: Council, everybody: list[Person], residents: Residents, *, twice: int = 0) -> Counts:
    """Nobody is left out, every thank-you stands for one counted answer, figures and ledger are the test's own count,
    tallies and audit verify, no work is stuck. At most `twice` messages went out once more. Run all jobs before."""
    answered = [person for person in everybody if person.answers]
    links = links_by_recipient(council.smtp)
    stored = rows(council, "SELECT reference, state FROM survey_response")
    counts = Counts(
        contacts=len(everybody),
        answering=len(answered),
        reached=len(links),
        copies=sum(map(len, links.values())),
        thanked=len(residents.seen),
        stored=sum(state == "counted" for _reference, state in stored),
    )
    sys.stdout.write(f"\n{counts}\n")
    assert set(links) == {person.email for person in everybody}
    assert counts.copies <= counts.contacts + twice
    seen = list(residents.seen.values())
    assert set(residents.seen) == {person.email for person in answered}
    assert all(len(references) == 1 for references in seen)
    assert sorted(f"{r[:5]}-{r[5:]}" for r, _ in stored) == sorted(r for references in seen for r in references)
    assert {state for _reference, state in stored} <= {"counted"}

    first, last = utc_now() - timedelta(days=12), utc_now()
    span = ("--from", f"{first:%Y-%m-%d}", "--to", f"{last:%Y-%m-%d}")
    (satisfaction,) = council.json("measures", "show", "satisfaction", *span)["figures"]
    expected = recount("satisfaction", answered)
    assert (satisfaction["numerator"], satisfaction["base"]) == (expected.numerator, expected.base)
    ledger = ledger_of(council)
    stages = ("contacts", "eligible", "asked", "sent", "delivered", "answered")
    assert [ledger[stage] for stage in stages] == [len(everybody)] * 5 + [len(answered)], ledger
    assert "Every tally is what the answers say." in council.flask("measures", "verify")
    council.flask("audit", "verify")
    assert rows(council, "SELECT name, claimed_by FROM job_run WHERE claimed_by IS NOT NULL") == []
    written = sum(bool(p.answers.get(question)) for p in answered for question in ("why", "improve"))
    assert rows(council, "SELECT COUNT(*) FROM comment") == [(written,)]
    return counts
