"""Work to be done is rows: lease, claim, attempts, progress; Huey only wakes it. Knows no job by name."""
