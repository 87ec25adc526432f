"""Every figure, defined once: tallies, named measures, targets, sentences, passports."""
