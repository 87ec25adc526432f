"""tallies of contacts, invitations and comments

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-22 12:55:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('recount',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.Enum('contacts', 'invitations', 'comments', name='subject', native_enum=False, length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recount'))
    )
    with op.batch_alter_table('recount', schema=None) as batch_op:
        batch_op.create_index('ix_recount_part', ['subject', 'day', 'service_id'], unique=False)


def downgrade():
    with op.batch_alter_table('recount', schema=None) as batch_op:
        batch_op.drop_index('ix_recount_part')

    op.drop_table('recount')
