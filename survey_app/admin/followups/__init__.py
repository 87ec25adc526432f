"""When a follow-up opens, by when somebody gets in touch, and who owns those of each service."""
