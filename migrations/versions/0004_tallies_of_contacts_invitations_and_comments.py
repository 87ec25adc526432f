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

    op.create_table('last_closing',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_last_closing_service_id_service')),
    sa.PrimaryKeyConstraint('day', 'service_id', name=op.f('pk_last_closing'))
    )
    op.create_table('subject_day_tally',
    sa.Column('subject', sa.Enum('contacts', 'invitations', 'comments', 'themes', name='tallied', native_enum=False, length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_kind', sa.Enum('resident', 'business', 'internal', 'partner', name='customerkind', native_enum=False, length=32), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('value', sa.String(length=30), nullable=False),
    sa.Column('count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_subject_day_tally_service_id_service')),
    sa.PrimaryKeyConstraint('subject', 'day', 'service_id', 'customer_kind', 'channel', 'value', name=op.f('pk_subject_day_tally'))
    )
    op.create_table('subject_month_tally',
    sa.Column('subject', sa.Enum('contacts', 'invitations', 'comments', 'themes', name='tallied', native_enum=False, length=32), nullable=False),
    sa.Column('dimension', sa.Enum('channel', 'team', 'site', 'mode', 'language', 'customer_group', 'reason', name='tallydimension', native_enum=False, length=32), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_kind', sa.Enum('resident', 'business', 'internal', 'partner', name='customerkind', native_enum=False, length=32), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('value', sa.String(length=30), nullable=False),
    sa.Column('count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_subject_month_tally_service_id_service')),
    sa.PrimaryKeyConstraint('subject', 'dimension', 'month', 'service_id', 'customer_kind', 'key', 'value', name=op.f('pk_subject_month_tally'))
    )
    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.create_index('ix_survey_response_quarantined', ['counts_on'], unique=False, sqlite_where=sa.text("state = 'quarantined'"), postgresql_where=sa.text("state = 'quarantined'"))

    # what is there already is counted by the next fold
    for subject, day, rows in (
        ('contacts', 'occurred_on', 'contact'),
        ('invitations', 'counts_on', 'invitation'),
        ('comments', 'counts_on', 'survey_response'),
    ):
        op.execute(
            f"INSERT INTO recount (subject, day, service_id) SELECT DISTINCT '{subject}', {day}, service_id FROM {rows}"
        )


def downgrade():
    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_response_quarantined', sqlite_where=sa.text("state = 'quarantined'"), postgresql_where=sa.text("state = 'quarantined'"))

    op.drop_table('subject_month_tally')
    op.drop_table('subject_day_tally')
    op.drop_table('last_closing')
    with op.batch_alter_table('recount', schema=None) as batch_op:
        batch_op.drop_index('ix_recount_part')

    op.drop_table('recount')
