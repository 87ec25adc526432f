"""What every page shares: security headers, who may use a route, the commit after a request, errors, limits."""
