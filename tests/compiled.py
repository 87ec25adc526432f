"""What each app would compile anew, though it comes out the same: its templates, its routes and its statements.

Each test has an app of its own, and compiling is most of what an app costs. A server in earnest does it once too.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from types import MethodType
from typing import Any, cast

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from survey_app.extensions import db


class CompiledTemplates(BytecodeCache):
    """The compiled templates of all apps."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = CompiledTemplates()
STATEMENTS: MutableMapping[Any, Any] = LRUCache(2_000)


def share_compiled(app: Flask) -> None:
    """Let this app use, and add to, what the apps before it compiled."""
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=STATEMENTS)


def _share_routes() -> None:
    """What matches an address and what builds one come of the route's own text alone."""
    compile_route = Rule.compile
    compiled: dict[tuple[object, ...], Rule] = {}

    def compile_once(rule: Rule) -> None:
        assert rule.map is not None
        converters = rule.map.converters.values()
        first = compiled.setdefault((rule.rule, rule.host, rule.subdomain, rule.merge_slashes, *converters), rule)
        if first is rule or rule.defaults or first.defaults:
            compile_route(rule)
            return
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments = first.arguments
        rule._build = cast(MethodType, first._build).__func__.__get__(rule)
        rule._build_unknown = cast(MethodType, first._build_unknown).__func__.__get__(rule)

    Rule.compile = compile_once  # type: ignore[method-assign]


def _share_dialects() -> None:
    """SQLAlchemy keeps what it compiled under its dialect, of which each engine has one.

    All engines of a run that speak one dialect speak it to servers of one version: it is the same.
    """

    def is_same(one: DefaultDialect, other: object) -> bool:
        return type(one) is type(other)

    def name(one: DefaultDialect) -> int:
        return hash(type(one))

    DefaultDialect.__eq__ = is_same  # type: ignore[method-assign,assignment]
    DefaultDialect.__hash__ = name  # type: ignore[method-assign]


_share_routes()
_share_dialects()
