"""What the pack claims to have changed: every comparison and every effect again, from the counts of its passports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from survey_app.evidence.packs.changes import PassportPair, change_cells, changes
from survey_app.evidence.packs.effects import SIDES, EffectProof, effect_cells, effect_facts, effects
from survey_app.evidence.packs.packing import (
    CHANGES,
    EFFECTS,
    EXHIBIT_COLUMNS,
    EXHIBITS,
    PAGE,
    PDF,
)
from survey_app.evidence.packs.shown import PrintedPack, ShownPage
from survey_app.evidence.packs.verifying.opened import (
    UNREADABLE,
    Problem,
    document_of,
    is_same,
    rows_of,
)
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.effects import Before
from survey_app.measures.sentences import for_page


def change_problems(
    rows: Sequence[Mapping[str, str]], passports: Mapping[str, bytes], page: ShownPage, pdf: PrintedPack
) -> Iterator[Problem]:
    """Every comparison of the pack again, together as they were made: from the counts of two passports each."""
    try:
        pairs = [
            PassportPair(
                row["exhibit"],
                now=document_of(passports, row["passport"]),
                before=document_of(passports, row["previous_passport"]),
                is_named=row["named"] == "yes",
            )
            for row in rows
        ]
        found = changes(pairs)
    except InvalidInput as problem:
        yield Problem(CHANGES, problem.message)
        return
    for row, pair in zip(rows, pairs, strict=True):
        where, change = f"change of {row['exhibit']}", found[pair.exhibit]
        for column, value in change_cells(pair, change).items():
            if not is_same(row[column], value):
                yield Problem(where, f"{column} is {row[column] or 'empty'} in {CHANGES}, and {value} from the counts")
        said = for_page(change.sentence)
        if page.changes.get(row["exhibit"], set()) != {said}:
            yield Problem(where, f"{PAGE} does not say “{said}” wherever it speaks of it")
        if not pdf.problem and not pdf.says(said):
            yield Problem(where, f"{PDF} does not say “{said}”")
    for exhibit in sorted(set(page.changes) - set(found)):
        yield Problem(f"change of {exhibit}", f"{PAGE} claims one, and {CHANGES} holds none")


def effect_problems(
    rows: Sequence[Mapping[str, str]],
    contents: Mapping[str, bytes],
    passports: Mapping[str, bytes],
    page: ShownPage,
    pdf: PrintedPack,
) -> Iterator[Problem]:
    """Every effect of an improvement again, together as they were told: from the counts before and after."""
    problems: list[Problem] = []
    listed = rows_of(contents.get(EXHIBITS, b""), EXHIBIT_COLUMNS, EXHIBITS, problems)
    yield from problems
    exhibits = {row["exhibit"]: row for row in listed}
    try:
        proofs = [_effect_proof(row, passports) for row in rows]
        found = effects(proofs)
    except InvalidInput as problem:
        yield Problem(EFFECTS, problem.message)
        return
    except UNREADABLE as error:
        yield Problem(EFFECTS, f"what was named cannot be read ({type(error).__name__})")
        return
    for row, proof in zip(rows, proofs, strict=True):
        where, effect = f"effect {row['exhibit']}", found[proof.exhibit]
        for column, value in effect_cells(proof, effect).items():
            if column in row and not is_same(row[column], value):
                yield Problem(where, f"{column} is {row[column] or 'empty'} in {EFFECTS}, and {value} from the counts")
        facts = effect_facts(proof, effect)
        if page.effects.get(proof.exhibit, set()) != {effect.sentence, *(words for _, words in facts)}:
            yield Problem(where, f"{PAGE} does not say “{effect.sentence}” with its counts, and that alone")
        said = exhibits.get(proof.exhibit, {"sentence": "", "details": ""})
        lines = said["details"].splitlines()
        if said["sentence"] != effect.sentence or any(f"{name}: {words}" not in lines for name, words in facts):
            yield Problem(where, f"{EXHIBITS} does not say “{effect.sentence}” with its counts")
        if not pdf.problem and not (pdf.says(effect.sentence) and all(pdf.says(*fact) for fact in facts)):
            yield Problem(where, f"{PDF} does not say “{effect.sentence}” with its counts")
    for exhibit in sorted(set(page.effects) - set(found)):
        yield Problem(f"effect {exhibit}", f"{PAGE} tells of one, and {EFFECTS} holds none")


def _effect_proof(row: Mapping[str, str], passports: Mapping[str, bytes]) -> EffectProof:
    sides = {side: row[f"{side}_passport"] for side in SIDES}
    return EffectProof(
        row["exhibit"],
        row["what"],
        row["scope"],
        date.fromisoformat(row["done_on"]),
        int(row["settling_days"]),
        row["better"] == "lower",
        Before(row["compared_with"]),
        **{side: document_of(passports, code) for side, code in sides.items() if code or side in {"after", "before"}},
    )
