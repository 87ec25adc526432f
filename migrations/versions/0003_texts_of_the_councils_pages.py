"""texts of the council's pages

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22 09:30:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('council_page',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('privacy', 'accessibility', 'cookies', name='pagekind', native_enum=False, length=32), nullable=False),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_page'))
    )
    with op.batch_alter_table('council_page', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_page_kind'), ['kind'], unique=False)

    with op.batch_alter_table('council', schema=None) as batch_op:
        batch_op.add_column(sa.Column('data_protection_email', sa.String(length=254), nullable=False, server_default=''))


def downgrade():
    with op.batch_alter_table('council', schema=None) as batch_op:
        batch_op.drop_column('data_protection_email')

    with op.batch_alter_table('council_page', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_council_page_kind'))

    op.drop_table('council_page')
