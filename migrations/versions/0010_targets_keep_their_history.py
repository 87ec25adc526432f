"""targets keep their history

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-22 12:50:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('maintain_margin',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('measure', sa.String(length=60), nullable=False),
    sa.Column('margin', sa.Double(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_by', sa.String(length=120), nullable=False),
    sa.CheckConstraint('margin > 0', name=op.f('ck_maintain_margin_is_above_nothing')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_maintain_margin'))
    )
    with op.batch_alter_table('maintain_margin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_maintain_margin_measure'), ['measure'], unique=False)

    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stretch', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('ended_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('end_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.create_check_constraint(batch_op.f('ck_target_ends_after_it_begins'), 'valid_to >= valid_from')


def downgrade():
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_target_ends_after_it_begins'), type_='check')
        batch_op.drop_column('end_reason')
        batch_op.drop_column('ended_at')
        batch_op.drop_column('ended_on')
        batch_op.drop_column('stretch')

    with op.batch_alter_table('maintain_margin', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_maintain_margin_measure'))

    op.drop_table('maintain_margin')
