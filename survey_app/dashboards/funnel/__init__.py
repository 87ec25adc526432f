"""The funnel: which services differ by more than chance explains? No ranks, no league table."""
