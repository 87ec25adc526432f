"""Staff sign in where the council's own accounts are: OpenID Connect, by authorisation code with PKCE."""
