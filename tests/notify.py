"""What tests of GOV.UK Notify share: a key, the token of the callbacks, and where it calls back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

API_KEY = "anyborough-11111111-2222-4333-8444-555555555555-66666666-7777-4888-9999-000000000000"
OTHER_SECRET = "99999999-7777-4888-9999-000000000000"
CALLBACK_TOKEN = "a token of the callbacks".replace(" ", "-")
ENVIRONMENT = {"NOTIFY_API_KEY": API_KEY, "NOTIFY_CALLBACK_TOKEN": CALLBACK_TOKEN}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a port of this machine, for those who call back; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
