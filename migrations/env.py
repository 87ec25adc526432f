"""How Alembic meets our models. Migrations are numbered: `flask db revision --rev-id 0002 --autogenerate -m "..."`."""

from alembic import context
from flask import current_app

from survey_app.comments.search.queries import SEARCH_INDEX
from survey_app.extensions import Base, EncryptedText, UtcDateTime, db


def render_item(kind, item, autogen_context):
    """Write our column types into migrations as the plain types they are in the database."""
    if kind == "type" and isinstance(item, (UtcDateTime, EncryptedText)):
        return f"sa.{item.impl!r}"
    return False


def compare_type(_context, _inspected_column, _metadata_column, inspected_type, metadata_type):
    """Our types are compared as what they are in the database."""
    if isinstance(metadata_type, (UtcDateTime, EncryptedText)):
        return not isinstance(inspected_type, type(metadata_type.impl))
    return None


def include_name(name, _kind, _parents):
    """The search index is of no model: migrations make it by hand."""
    return name is None or not name.startswith(SEARCH_INDEX)


def run_migrations() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            **current_app.extensions["migrate"].configure_args
            | {"render_item": render_item, "compare_type": compare_type, "include_name": include_name},
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
