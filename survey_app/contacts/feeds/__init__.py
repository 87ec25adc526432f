"""The ways on which contacts come in, what came on each, and telling its owner when something is wrong."""
