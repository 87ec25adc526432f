"""How often something may be tried."""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RateLimitExceeded
from limits import parse

from survey_app.kernel.clock import LONDON, utc_now
from survey_app.settings import REDIS_PATIENCE
from survey_app.web.errors import error_page, is_for_residents
from survey_app.web.problems import is_for_programs
from survey_app.web.tries import TriesOfThisProcess

log = logging.getLogger(__name__)

# 203.0.113.7:50123 and [2001:db8::7]:50123; the colons of an IPv6 address without brackets are its own
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+")

STAYS_OPEN = "Your code and your links stay valid until the day that our message names."


def init_app(app: Flask, *, storage_url: str | None) -> None:
    """Count in Redis where there is one, so that all machines count together; else in this process.

    While Redis does not answer each process counts alone: nobody is kept out by it.
    """
    limiter = Limiter(
        by_address,
        app=app,
        strategy="moving-window",
        storage_uri=_storage(storage_url),
        storage_options=REDIS_PATIENCE if storage_url else None,
        in_memory_fallback_enabled=storage_url is not None,
        key_prefix="survey",
    )
    app.extensions["tries"] = limiter

    @app.after_request
    def tell_programs(response: Response) -> Response:
        """What is left of a limit, in the words of draft-ietf-httpapi-ratelimit-headers."""
        known = limiter.current_limit if is_for_programs() else None
        if known is not None:
            try:
                seconds = max(0, math.ceil(known.reset_at - time.time()))
                response.headers["RateLimit-Policy"] = f'"key";q={known.limit.amount};w={known.limit.get_expiry()}'
                response.headers["RateLimit"] = f'"key";r={known.remaining};t={seconds}'
            except Exception:
                log.warning("could not tell what is left of a limit", exc_info=True)
        return response

    @app.errorhandler(RateLimitExceeded)
    def too_many(_error: RateLimitExceeded) -> Response:
        reached = limiter.current_limit
        seconds = max(1, math.ceil(reached.reset_at - time.time())) if reached else 60
        minutes = max(1, math.ceil((seconds - 1) / 60))  # reset_at is up to a second late
        again_at = utc_now().astimezone(LONDON) + timedelta(minutes=minutes)
        page = error_page(
            429,
            f"Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again.",
            f"That is at {again_at:%H:%M}.",
            *([STAYS_OPEN] if is_for_residents() else []),
        )
        page.headers["Retry-After"] = str(seconds)
        return page


def _storage(redis_url: str | None) -> str:
    """The address as the limiter's library writes it: a socket is redis+unix:// there."""
    if redis_url is None:
        return f"{TriesOfThisProcess.STORAGE_SCHEME[0]}://"
    return f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url


def by_address() -> str:
    """Where a request came from, as a key to count under."""
    return f"address:{place_of(request.remote_addr or '')}"


def place_of(address: str) -> str:
    """What one sender cannot change at will: an IPv4 address, or the /64 network of an IPv6 address, all of which one
    machine may take in turn. A port that some proxies write behind the address is none of it."""
    with_port = _WITH_PORT.fullmatch(address)
    host = (with_port[1] or with_port[2]) if with_port else address
    try:
        found = ip_address(host)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)


def every_try(_response: Response) -> bool:
    """Counts whatever came of it."""
    return True


def limit_tries(
    app: Flask,
    endpoint: str,
    rate: str,
    *,
    keys: Sequence[Callable[[], str]],
    counts: Callable[[Response], bool] = every_try,
) -> None:
    """Answer POSTs to a route with 429 once `rate` ("10 per 15 minutes") of them count under any one of the keys.

    `counts` looks at the answer. Where success shows in it, only failures should count: a whole council may sit
    behind one address.
    """
    limiter: Limiter = app.extensions["tries"]
    view: Any = app.view_functions[endpoint]
    for key in keys:
        view = limiter.limit(rate, methods=["POST"], key_func=key, deduct_when=counts)(view)
    app.view_functions[endpoint] = view


def limit_together(app: Flask, name: str, endpoints: Sequence[str], rate: str, *, key: Callable[[], str]) -> None:
    """Answer whatever is asked of all these routes with 429 once there was more than `rate` of it under the key. How
    much is left stands in the headers of each answer. `name` is of the count."""
    limiter: Limiter = app.extensions["tries"]
    for endpoint in endpoints:
        limited: Any = limiter.shared_limit(rate, scope=name, key_func=key)
        app.view_functions[endpoint] = limited(app.view_functions[endpoint])


def limit_wrong_guesses(
    app: Flask,
    name: str,
    endpoints: Sequence[str],
    rate: str,
    *,
    key: Callable[[], str],
    is_guess: Callable[[], bool],
) -> None:
    """Answer guesses with 429 once `rate` of them found nothing (404), at all these routes together and in any method.

    `is_guess` looks at the request: what cannot be guessed is neither counted nor kept out. `name` is of the count;
    further routes may be added to it.
    """
    limiter: Limiter = app.extensions["tries"]
    for endpoint in endpoints:
        limited: Any = limiter.shared_limit(
            rate, scope=name, key_func=key, exempt_when=lambda: not is_guess(), deduct_when=_found_nothing
        )
        app.view_functions[endpoint] = limited(app.view_functions[endpoint])


def is_one_too_many(name: str, rate: str, *, key: Callable[[], str]) -> bool:
    """Count once more under the key, and say whether it was more than `rate`: for what is noted and never refused.

    While nothing can be counted nothing is too many.
    """
    limiter: Limiter = current_app.extensions["tries"]
    try:
        return not limiter.limiter.hit(parse(rate), name, key())
    except Exception:
        log.warning("could not count %s", name, exc_info=True)
        return False


def everybody() -> str:
    """All who try together, as a key to count under."""
    return "everybody"


def _found_nothing(response: Response) -> bool:
    return response.status_code == 404
