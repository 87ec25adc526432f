"""While a release is rolled out, the one before it serves on the new schema: migrations add, and take nothing away.

What nothing uses any longer is taken away by a later release, whose migration says so with `contracts`: a sentence with
the release that was the last to use it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.settings import PROJECT_ROOT

VERSIONS = sorted((PROJECT_ROOT / "migrations" / "versions").glob("*.py"))
ROLLED_OUT_SINCE = "0020"  # later migrations are held to the rule; until then every upgrade stood still
TAKES_AWAY = frozenset({"drop_column", "drop_table", "rename_table"})
TIGHTENS = frozenset({"create_check_constraint", "create_unique_constraint", "create_foreign_key"})


def unfit(source: str) -> list[str]:
    """What the release before could not live with, as `line: what`."""
    tree = ast.parse(source)
    if any(isinstance(node, ast.Assign) and _names(node) == {"contracts"} for node in tree.body):
        return []
    upgrade = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade")
    calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [f"{call.lineno}: {what}" for call in calls for what in _faults(call)]


def _names(node: ast.Assign) -> set[str]:
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def _faults(call: ast.Call) -> Iterator[str]:
    assert isinstance(call.func, ast.Attribute)
    name = call.func.attr
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in TAKES_AWAY:
        yield f"{name} takes away what the release before reads"
    if name in TIGHTENS:
        yield f"{name} refuses what the release before writes"
    if name == "alter_column":
        if "new_column_name" in given or "type_" in given:
            yield "alter_column changes what the release before reads"
        if _is(given.get("nullable"), False):
            yield "NOT NULL refuses what the release before leaves out"
    if name == "add_column":
        column = call.args[-1]
        assert isinstance(column, ast.Call)
        of_column = {keyword.arg: keyword.value for keyword in column.keywords}
        if _is(of_column.get("nullable"), False) and "server_default" not in of_column:
            yield "a column that must be filled, which the release before does not fill"
    if name == "execute":
        words = " ".join(
            node.value.upper() for arg in call.args for node in ast.walk(arg) if _is_text(node)  # type: ignore[attr-defined]
        )
        if any(word in words for word in ("DROP COLUMN", "DROP TABLE", "RENAME", "SET NOT NULL")):
            yield "SQL that takes away what the release before needs"


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_no_migration_takes_away_what_the_release_before_it_needs(path: Path) -> None:
    if path.stem[:4] > ROLLED_OUT_SINCE:
        assert unfit(path.read_text("utf-8")) == []


def test_migrations_are_numbered_in_their_order() -> None:
    """So that a release knows a schema newer than its own, which it has never heard of."""
    assert [path.stem[:4] for path in VERSIONS] == [f"{n:04}" for n in range(1, len(VERSIONS) + 1)]
    for before, path in zip([None, *VERSIONS], VERSIONS, strict=False):
        source = path.read_text("utf-8")
        assert f'revision = "{path.stem[:4]}"' in source.replace("'", '"')
        if before is not None:
            assert f'down_revision = "{before.stem[:4]}"' in source.replace("'", '"')


@pytest.mark.parametrize(
    "statement",
    [
        "op.drop_column('service', 'code')",
        "op.drop_table('service')",
        "op.rename_table('service', 'part')",
        "op.alter_column('service', 'code', new_column_name='short')",
        "op.alter_column('service', 'code', nullable=False)",
        "op.add_column('service', sa.Column('kind', sa.String(), nullable=False))",
        "op.create_unique_constraint('one', 'service', ['code'])",
        "op.execute('ALTER TABLE service DROP COLUMN code')",
        "op.execute(sa.text('alter table service rename to part'))",
    ],
)
def test_what_the_release_before_cannot_live_with_is_found(statement: str) -> None:
    assert unfit(f"def upgrade():\n    {statement}\n") != []
    assert unfit(f"contracts = 'nothing reads it since 0.3'\ndef upgrade():\n    {statement}\n") == []


@pytest.mark.parametrize(
    "statement",
    [
        "op.create_table('kind', sa.Column('id', sa.Integer(), nullable=False))",
        "op.add_column('service', sa.Column('kind', sa.String(), nullable=True))",
        "op.add_column('service', sa.Column('kind', sa.String(), server_default='', nullable=False))",
        "op.create_index('by_kind', 'service', ['kind'])",
    ],
)
def test_what_only_adds_is_fit(statement: str) -> None:
    assert unfit(f"def upgrade():\n    {statement}\n") == []
