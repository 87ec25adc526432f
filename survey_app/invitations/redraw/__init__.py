"""The draw repeated from what is stored, so that anybody can check that nobody was picked."""
