"""The product beside other survey systems: one run, one table, the same steps for each side.

A side is a file (`ours.toml`, `limesurvey.toml`) that says how a person or a program does five things there: answer the
survey, open it for the first time, read its statistics, take its answers away, send its invitations. One driver reads
all of these files, so that no side is measured by an act of its own. `python -m benchmarks.peers --help`;
docs/peers.md says how to write a file for a system that has none.
"""
