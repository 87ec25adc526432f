"""Settings of gunicorn that belong to the app. Where it listens and with how many workers is given to its command."""

import gc
from typing import Any

from survey_app.settings import SettingError, load_settings

worker_class = "gthread"


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
