"""Security headers of every answer."""

from __future__ import annotations

from flask import Flask, Response, g, request

# plotly.js sets element styles through the CSSOM, which style-src 'self' allows; it needs data: for its pictures
_DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)


def content_security_policy(framed_by: str = "'none'", frames: str = "'none'") -> str:
    return "; ".join((*_DIRECTIVES, f"frame-src {frames}", f"frame-ancestors {framed_by}"))


CONTENT_SECURITY_POLICY = content_security_policy()


def allow_framing(origin: str) -> None:
    """Let pages of this one origin, which has been checked to be one, hold the answer to this request in a frame."""
    g.framed_by = origin


def hold_own_pages() -> None:
    """Let the answer to this request hold pages of ours in frames, which have to allow it themselves."""
    g.frames = "'self'"


def is_framed() -> bool:
    """Whether the answer to this request may be held in a frame: then its links open windows of their own."""
    return "framed_by" in g


def init_app(app: Flask, *, is_https: bool) -> None:
    """Add the headers to every answer, error pages included."""
    app.jinja_env.globals["is_framed"] = is_framed

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        policy = content_security_policy(g.get("framed_by", "'none'"), g.get("frames", "'none'"))
        headers.setdefault("Content-Security-Policy", policy)
        if not is_framed():
            headers.setdefault("X-Frame-Options", "DENY")  # it cannot name an origin: browsers would refuse that too
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # a survey address holds its token, so no address is ever told to another site
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("X-Robots-Tag", "noindex")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        if is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response
