"""Open links: addresses that anybody may answer by, on posters, on kiosks and inside other web sites."""
