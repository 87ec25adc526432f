"""How often something may be tried."""

from __future__ import annotations

import math
import time

from flask import Flask, Response
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from survey_app.web.errors import error_page

limiter = Limiter(get_remote_address, strategy="moving-window")


def init_app(app: Flask, *, storage_url: str | None) -> None:
    """Count in Redis where there is one, so that all machines count together; else in this process."""
    app.config["RATELIMIT_STORAGE_URI"] = storage_url or "memory://"
    app.config["RATELIMIT_KEY_PREFIX"] = "survey"
    limiter.init_app(app)

    @app.errorhandler(RateLimitExceeded)
    def too_many(_error: RateLimitExceeded) -> Response:
        reached = limiter.current_limit
        seconds = max(1, math.ceil(reached.reset_at - time.time())) if reached else 60
        minutes = math.ceil(seconds / 60)
        page = error_page(429, f"Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again.")
        page.headers["Retry-After"] = str(seconds)
        return page
