"""what changes a figure after it was stored

Comments go with the text that they were made of; a frozen passport keeps which rows it stood on; bridges are declared
between the wordings of a question.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-22 13:00:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
COMMENT_TEXT = 'fk_comment_answer_text_id_answer_text'
THEME_COMMENT = 'fk_comment_theme_comment_id_comment'


def upgrade():
    op.create_table('frozen_rows',
    sa.Column('passport_id', BIG, nullable=False),
    sa.Column('part', BIG, nullable=False, autoincrement=False),
    sa.Column('digests', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['passport_id'], ['frozen_passport.id'], name=op.f('fk_frozen_rows_passport_id_frozen_passport')),
    sa.PrimaryKeyConstraint('passport_id', 'part', name=op.f('pk_frozen_rows'))
    )
    op.create_table('lineage_bridge',
    sa.Column('id', BIG, nullable=False),
    sa.Column('from_version_id', BIG, nullable=False),
    sa.Column('to_version_id', BIG, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('declared_by', BIG, nullable=True),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['declared_by'], ['staff_user.id'], name=op.f('fk_lineage_bridge_declared_by_staff_user')),
    sa.ForeignKeyConstraint(['from_version_id'], ['question_version.id'], name=op.f('fk_lineage_bridge_from_version_id_question_version')),
    sa.ForeignKeyConstraint(['to_version_id'], ['question_version.id'], name=op.f('fk_lineage_bridge_to_version_id_question_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lineage_bridge')),
    sa.UniqueConstraint('from_version_id', 'to_version_id', name=op.f('uq_lineage_bridge_from_version_id_to_version_id'))
    )
    op.add_column('frozen_passport', sa.Column('newest_id', BIG, nullable=True))
    op.add_column('frozen_passport', sa.Column('services', sa.JSON(), nullable=True))
    _let_comments_go(with_their_text=True)


def downgrade():
    _let_comments_go(with_their_text=False)
    op.drop_table('lineage_bridge')
    op.drop_table('frozen_rows')
    for column in ('services', 'newest_id'):
        op.drop_column('frozen_passport', column)  # in place: exhibits and editions point to its rows


def _let_comments_go(*, with_their_text):
    """SQLite makes a table anew to change it, and to drop the old one deletes what points to it: themes wait aside."""
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    ondelete = 'CASCADE' if with_their_text else None
    if is_sqlite:
        op.execute('CREATE TABLE waiting_comment_theme AS SELECT * FROM comment_theme')
        op.execute('DELETE FROM comment_theme')
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_constraint(COMMENT_TEXT, type_='foreignkey')
        batch_op.create_foreign_key(COMMENT_TEXT, 'answer_text', ['answer_text_id'], ['id'], ondelete=ondelete)

    with op.batch_alter_table('comment_theme', schema=None) as batch_op:
        batch_op.drop_constraint(THEME_COMMENT, type_='foreignkey')
        batch_op.create_foreign_key(THEME_COMMENT, 'comment', ['comment_id'], ['id'], ondelete=ondelete)

    if is_sqlite:
        op.execute('INSERT INTO comment_theme SELECT * FROM waiting_comment_theme')
        op.execute('DROP TABLE waiting_comment_theme')
