"""Open links: on posters, and inside other web sites."""
