"""Pure statistics: intervals, tests, power, suppression, rounding. Numbers in, numbers out."""
