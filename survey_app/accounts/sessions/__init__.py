"""Signed-in browsers: begun at sign-in, checked at each request, listed, ended."""
