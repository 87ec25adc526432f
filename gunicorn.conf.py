"""Settings of gunicorn that belong to the app. Where it listens and with how many workers is given to its command."""

import gc
from typing import Any

from survey_app.kernel.discretion import keep_logs_discreet
from survey_app.settings import SettingError, load_settings

worker_class = "gthread"
timeout = 60  # seconds after which a worker that says nothing is ended
graceful_timeout = 30
keepalive = 5
limit_request_line = 4094  # bytes
limit_request_fields = 60
limit_request_field_size = 8190
# Who asked, and by which scheme, TRUSTED_PROXIES decides alone: gunicorn would believe whatever passes a proxy on this
# machine, and a path that a sender split in two would get past the rules of that proxy.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# Without queries, referrers and browsers; tokens in addresses are taken out of every line of every log.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(b)s bytes %(M)s ms"

keep_logs_discreet()


def on_starting(_server: Any) -> None:
    """Stop at a wrong setting with one line, before workers are started that would all fail by it."""
    try:
        load_settings()
    except SettingError as error:
        raise SystemExit(str(error)) from None


def post_worker_init(_worker: Any) -> None:
    """Spare the garbage collector what was loaded at the start: it stays as long as the worker does."""
    gc.collect()
    gc.freeze()
