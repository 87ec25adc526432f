"""What tests of GOV.UK Notify share: a key, the token of the callbacks, and where it calls back."""

from __future__ import annotations

API_KEY = "anyborough-11111111-2222-4333-8444-555555555555-66666666-7777-4888-9999-000000000000"
OTHER_SECRET = "99999999-7777-4888-9999-000000000000"
CALLBACK_TOKEN = "a token of the callbacks".replace(" ", "-")
ENVIRONMENT = {"NOTIFY_API_KEY": API_KEY, "NOTIFY_CALLBACK_TOKEN": CALLBACK_TOKEN}
