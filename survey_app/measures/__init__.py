"""Every figure, defined once: tallies, named measures, targets, sentences, passports.

What other rooms call:

- `queries.figures(measure, first, last, *, by=(), where=None, rules=USUAL, scope=EVERYTHING, now) -> list[Figure]`: for
  London days, broken down by at most one of month, quarter, year and by any of `address.DIMENSIONS`; `where` filters
  by `address.FILTERS`. A `Figure` (figures.py) has all that stands beside a value, hides what is small, and knows its
  address (`figure.passport`, `/figures/<id>`). Always the same number of statements.
- `figures.adjust_together(tables) -> tables`: the same figures as they stand on one page, changes tested together;
  `naming.stands_alone(query, standing.namings)` says which is left out of it. `sentences` words all of it,
  `sentences.notes` what stands in lists and cards; `sentences.against_the_rest` compares the groups of one period.
- `caveats.caveat(figure, Known(...)) -> Caveat | None`: the strongest thing against it, or what a claim would need.
- `planning.plan(YearOfAsking(...), wanted)`: how many answers a change needs, and which fraction brings them.
- `address.make_query`, `address.to_id`, `address.from_id`: a `FigureQuery` and its id in that address, and back.
- `queries.weighted.weighted_figure(query, *, scope=EVERYTHING, now) -> WeightedFigure | None`: a share weighted to
  the contacts by service and channel, to stand beside the headline with its sentence; nothing is claimed from it.
- `queries.who_answered.who_answered(first, last, *, where=None, scope=EVERYTHING, now) -> Profile`: who answered
  against who contacted us, by group, with what differs and the R-indicator; `who_answered.headline` says it.
- `queries.coverage.coverage(first, last, *, where=None, scope=EVERYTHING, now) -> Ledger`, and `coverage_by(..., by=)`:
  every contact answered or lost at a stage for a reason; `Ledger.difference` is 0 unless something is broken.
- `queries.hand_picking.were_hand_picked(...) -> HandPicking`: does the share asked differ by more than a draw would?
- `queries.published.proposed_edition`, `operations.publish_edition`: the tables that everybody may know, in numbered
  editions; `publishing.py` decides what of them is printed.
- `queries.open_passport(query, *, scope=EVERYTHING, now) -> Passport`: the figure with a digest of each row, document,
  `sha256` and `code`; `queries.rows_behind(passport, ...)` is one page of its rows (day only). A page shows no rows
  where `passport.figure.suppressed` or the viewer is not staff in scope.
- `queries.run_again.run_again(frozen, *, now) -> Rerun`: the same, or every row that moved by its reason, in words by
  `rerun.rerun_sentence`.
- `operations.declare_bridge`: two wordings of a question (lineage.py) are compared and added up from now on.
- `operations.freeze_passport(query, *, scope=EVERYTHING, now) -> FrozenPassport`: for a claim, an exhibit, a pack.
- `presenters.as_document`, `presenters.figure_as_document`: the promised JSON; `presenters.value_text`: in words.
- `definitions.MEASURES`: ours by name, with unit, label and definition in words; `queries.measure_called(name)` finds
  one of ours or the council's own (`own/`), `own.queries.all_measures()` has all. A query carries its `Measure`.
- `rules.Rules`: the denominator switch, an argument of `figures` and a part of a query; `presenters.effects_text`.
- `queries.journeys.journeys(period, scope, channel)`: contacts of one person about one reason, within 28 days each.
- `series/`: figures of others, with their source; never pooled with ours.
- `jobs.FOLD`: the job `fold_tallies`, to be woken after answers change.
"""
