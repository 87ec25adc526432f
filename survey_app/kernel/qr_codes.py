"""Addresses as pictures that the camera of a phone reads: QR codes, with the quiet zone of four modules they need."""

from __future__ import annotations

import io

import segno

QUIET_ZONE = 4
# How much of a picture may be lost: 15% of one that lies in an envelope, 25% of one that hangs on a wall.
IN_A_LETTER, ON_A_WALL = "m", "q"


def qr_svg(address: str, level: str = IN_A_LETTER) -> str:
    """The picture as an SVG element, to be scaled to any size."""
    picture = io.BytesIO()
    _made(address, level).save(picture, kind="svg", xmldecl=False, border=QUIET_ZONE)
    return picture.getvalue().decode()


def qr_png(address: str, level: str = IN_A_LETTER, *, pixels_a_module: int = 24) -> bytes:
    """The picture as PNG, black on white; with usual addresses about a thousand pixels wide."""
    picture = io.BytesIO()
    _made(address, level).save(picture, kind="png", scale=pixels_a_module, border=QUIET_ZONE, light="white")
    return picture.getvalue()


def _made(address: str, level: str) -> segno.QRCode:
    return segno.make_qr(address, error=level, boost_error=False)
