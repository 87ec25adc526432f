"""The kiosk: a page on a device of the council's, which keeps what was tapped until it could hand it over."""
