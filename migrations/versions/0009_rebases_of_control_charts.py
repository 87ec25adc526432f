"""rebases of control charts

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-22 13:00:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('rebase',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('measure', sa.String(length=60), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entered_by'], ['staff_user.id'], name=op.f('fk_rebase_entered_by_staff_user')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_rebase_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rebase'))
    )
    with op.batch_alter_table('rebase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rebase_measure'), ['measure'], unique=False)


def downgrade():
    with op.batch_alter_table('rebase', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rebase_measure'))

    op.drop_table('rebase')
