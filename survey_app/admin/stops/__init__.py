"""Who must not be asked: staff write it down, lists come in and go out. Nobody learns here whom we know."""
