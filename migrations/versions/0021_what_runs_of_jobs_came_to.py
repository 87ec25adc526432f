"""what all runs of a job came to, and how many answers came in of late

Revision ID: 0021
Revises: 0020
Create Date: 2026-11-23 22:00:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade():
    counted = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('succeeded_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('runs', counted, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('failures', counted, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('rows_done', counted, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('busy_seconds', sa.Double(), server_default='0', nullable=False))

    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.create_index('ix_survey_response_submitted_at', ['submitted_at', 'mode'], unique=False)


def downgrade():
    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_response_submitted_at')

    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.drop_column('busy_seconds')
        batch_op.drop_column('rows_done')
        batch_op.drop_column('failures')
        batch_op.drop_column('runs')
        batch_op.drop_column('succeeded_at')
