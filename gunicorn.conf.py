"""Settings of gunicorn that belong to the app. Where it listens and with how many workers is given to its command."""

import gc
import os
import shutil
import tempfile
from itertools import count
from typing import Any

from gunicorn.glogging import Logger

from survey_app.kernel.discretion import keep_logs_discreet
from survey_app.kernel.log_lines import JsonLines
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
COUNTS = "PROMETHEUS_MULTIPROC_DIR"  # as the library calls it

keep_logs_discreet()


class JsonLogger(Logger):
    """gunicorn's own lines, as the app's are with LOG_FORMAT=json."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(JsonLines())


if os.environ.get("LOG_FORMAT", "").strip() == "json":
    logger_class = JsonLogger


def on_starting(_server: Any) -> None:
    """Stop at a wrong setting with one line, before workers are started that would all fail by it. Then make the folder
    in which they count requests together: new each time, for a server that starts again counts from 0."""
    try:
        load_settings()
    except SettingError as error:
        raise SystemExit(str(error)) from None
    os.environ[COUNTS] = tempfile.mkdtemp(prefix="survey-counts-")


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the first place that no other has. Where one died it goes on with that one's counts, so that no
    files are left behind and nothing counts backwards."""
    taken = {each.place for each in server.WORKERS.values()}
    worker.place = next(place for place in count() if place not in taken)


def post_fork(_server: Any, worker: Any) -> None:
    """Before the worker loads the app, which decides then where it counts."""
    from prometheus_client import values  # noqa: PLC0415 - it looks for the folder when it is loaded

    values.ValueClass = values.MultiProcessValue(process_identifier=lambda: worker.place)


def post_worker_init(_worker: Any) -> None:
    """Spare the garbage collector what was loaded at the start: it stays as long as the worker does."""
    gc.collect()
    gc.freeze()


def on_exit(_server: Any) -> None:
    shutil.rmtree(os.environ[COUNTS], ignore_errors=True)
