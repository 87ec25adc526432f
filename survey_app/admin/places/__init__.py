"""Teams and sites: where contacts are taken, and where people come to."""
