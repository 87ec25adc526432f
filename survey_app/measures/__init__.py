"""Every figure, defined once: tallies, named measures, targets, sentences, passports.

What other rooms call:

- `queries.figures(measure, first, last, *, by=(), where=None, scope=EVERYTHING, now) -> list[Figure]`: figures for
  London days, broken down by at most one of month, quarter, year and by any of `address.DIMENSIONS`; `where` filters
  by `address.FILTERS`. A `Figure` (figures.py) has all that stands beside a value, hides what is small, and knows its
  address (`figure.passport`, `/figures/<id>`). Always the same number of statements.
- `figures.adjust_together(tables) -> tables`: the same figures as they stand on one page, changes tested together;
  `naming.stands_alone(query, standing.namings)` says which is left out of it. `sentences` words all of it,
  `sentences.notes` what stands in lists and cards; `sentences.against_the_rest` compares the groups of one period.
- `caveats.caveat(figure, Known(...)) -> Caveat | None`: the strongest thing against it, or what a claim would need.
- `planning.plan(YearOfAsking(...), wanted)`: how many answers a change needs, and which fraction brings them.
- `address.make_query`, `address.to_id`, `address.from_id`: a `FigureQuery` and its id in that address, and back.
- `queries.open_passport(query, *, scope=EVERYTHING, now) -> Passport`: the figure with its rows (day only), document,
  `sha256` and `code`. A page shows no rows where `passport.figure.suppressed` or the viewer is not staff in scope.
- `operations.freeze_passport(query, *, scope=EVERYTHING, now) -> FrozenPassport`: for a claim, an exhibit, a pack.
- `presenters.as_document`, `presenters.figure_as_document`: the promised JSON; `presenters.value_text`: in words.
- `definitions.MEASURES`, `definitions.measure_named`: what there is, with unit, label and definition in words.
- `jobs.FOLD`: the job `fold_tallies`, to be woken after answers change.
"""
