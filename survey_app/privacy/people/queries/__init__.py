"""Finding a person, and what hangs on them."""

from __future__ import annotations

from survey_app.privacy.people.queries.finding import SharedByMany, find_person
from survey_app.privacy.people.queries.holdings import Holdings, is_known

__all__ = ["Holdings", "SharedByMany", "find_person", "is_known"]
