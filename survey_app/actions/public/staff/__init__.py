"""Where staff write what is published, propose it, approve it, send it back and withdraw it."""
