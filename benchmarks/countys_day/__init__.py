"""A county's year in a day: contacts in, people drawn, letters out, answers at their peaks, and staff who look on.

It runs on the deployment as processes (`tests/topology/`), on loopback, and ends by itself. `python -m
benchmarks.countys_day --scale 0.01` takes minutes and `--scale 1` most of a day; docs/capacity.md says what came of it.
What it must not do is lose or double an answer: whoever was thanked is stored and counted once, or the run fails.
"""
