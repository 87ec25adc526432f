"""The pages of the measures: all of them, and one with its definition, its rules, its trend and its parts."""
