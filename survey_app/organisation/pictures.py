"""Which files may be a council's logo: pictures made of points, known by what is in them and never by their name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.kernel.errors import InvalidInput

MOST_BYTES = 500_000
LONGEST_SIDE = 4_000  # pixels; more costs every reader memory and shows nothing more
SMALLEST_SIDE = 34  # as high as it is shown

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"
_JPEG = b"\xff\xd8\xff"
_JPEG_END = b"\xff\xd9"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the segments that hold the size


@dataclass(frozen=True)
class Picture:
    """What a file is. `media_type` is what it is served as, whatever the uploader called it."""

    media_type: str
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """The picture that `content` is. InvalidInput, in words for whoever chose the file, when it can be no logo."""
    if not content:
        raise InvalidInput("The file is empty. Choose a PNG or JPEG picture.")
    if len(content) > MOST_BYTES:
        size = len(content) / 1_000_000
        raise InvalidInput(f"The file has {size:.1f} MB. Choose a picture of 0.5 MB or less.")
    picture = _png(content) or _jpeg(content)
    if picture is None:
        raise InvalidInput(_why_not(content))
    if max(picture.width, picture.height) > LONGEST_SIDE or min(picture.width, picture.height) < SMALLEST_SIDE:
        raise InvalidInput(
            f"The picture has {picture.width} by {picture.height} pixels. Choose one of {SMALLEST_SIDE} to "
            f"{LONGEST_SIDE:,} pixels on each side."
        )
    return picture


def _why_not(content: bytes) -> str:
    if content.startswith((_PNG, _JPEG)):
        return "The picture is damaged: a part of it is missing. Save it again, or choose another."
    start = content[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "An SVG can hold scripts, so it cannot be shown safely. Save the logo as PNG and choose that."
    return "This is no PNG or JPEG picture. Save the logo as PNG and choose that."


def _png(content: bytes) -> Picture | None:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or not content.endswith(_PNG_END):
        return None
    return Picture("image/png", int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))


def _jpeg(content: bytes) -> Picture | None:
    if not content.startswith(_JPEG) or not content.rstrip(b"\0").endswith(_JPEG_END):
        return None
    for marker, segment in _jpeg_segments(content):
        if marker in _JPEG_FRAMES and len(segment) >= 5:
            return Picture("image/jpeg", int.from_bytes(segment[3:5]), int.from_bytes(segment[1:3]))
    return None


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and body of each segment before the picture's points begin."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        length = int.from_bytes(content[at + 2 : at + 4])
        yield content[at + 1], content[at + 4 : at + 2 + length]
        at += 2 + length
