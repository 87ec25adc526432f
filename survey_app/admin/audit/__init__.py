"""Who did what: the audit for people to read, to filter and to take away."""
