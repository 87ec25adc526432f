"""What of the product is on. A package that the page of features may not import says it here, by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app


@dataclass(frozen=True)
class Feature:
    """Whether something works, and why not. `setting` is the name in the environment that switches it on, `page` the
    endpoint of the page that does."""

    name: str
    is_on: bool
    why: str
    setting: str | None = None
    page: str | None = None


def add_feature(app: Flask, tell: Callable[[], Feature]) -> None:
    """It is asked whenever somebody looks."""
    app.extensions.setdefault("features", []).append(tell)


def told_features() -> list[Feature]:
    """What packages say of themselves, as it is now."""
    found: list[Callable[[], Feature]] = current_app.extensions.get("features", [])
    return [tell() for tell in found]
