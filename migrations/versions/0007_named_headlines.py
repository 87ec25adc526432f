"""named headlines

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-22 13:20:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('named_headline',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('measure', sa.String(length=60), nullable=False),
    sa.Column('year_begins', sa.Date(), nullable=False),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('named_by', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_named_headline'))
    )
    with op.batch_alter_table('named_headline', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_named_headline_year_begins'), ['year_begins'], unique=False)


def downgrade():
    with op.batch_alter_table('named_headline', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_named_headline_year_begins'))

    op.drop_table('named_headline')
