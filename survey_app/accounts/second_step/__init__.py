"""The second step of sign-in: an authenticator app, passkeys, recovery codes; who needs one, and from when."""
