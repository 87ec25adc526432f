"""what people keep and take away

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-23 14:20:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('digest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rhythm', sa.Enum('weekly', 'monthly', name='rhythm', native_enum=False, length=32), nullable=False),
    sa.Column('arguments', sa.Text(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_digest_user_id_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest')),
    sa.UniqueConstraint('reference', name=op.f('uq_digest_reference'))
    )
    with op.batch_alter_table('digest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digest_next_on'), ['next_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_digest_user_id'), ['user_id'], unique=False)

    op.create_table('export',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('content', sa.Enum('responses', 'figures', name='content', native_enum=False, length=32), nullable=False),
    sa.Column('file_format', sa.Enum('csv', 'xlsx', 'ods', 'ndjson', 'parquet', name='fileformat', native_enum=False, length=32), nullable=False),
    sa.Column('is_long', sa.Boolean(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('arguments', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'ready', 'failed', name='exportstate', native_enum=False, length=32), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('done', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('total', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('keep_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['staff_user.id'], name=op.f('fk_export_asked_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export')),
    sa.UniqueConstraint('reference', name=op.f('uq_export_reference'))
    )
    with op.batch_alter_table('export', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_export_asked_by'), ['asked_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_export_keep_until'), ['keep_until'], unique=False)

    op.create_table('pinned_figure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('measure', sa.String(length=60), nullable=False),
    sa.Column('span', sa.String(length=30), nullable=False),
    sa.Column('arguments', sa.Text(), nullable=False),
    sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_pinned_figure_user_id_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pinned_figure')),
    sa.UniqueConstraint('reference', name=op.f('uq_pinned_figure_reference')),
    sa.UniqueConstraint('user_id', 'measure', 'span', 'arguments', name=op.f('uq_pinned_figure_user_id_measure_span_arguments'))
    )
    op.create_table('user_team',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_user_team_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_user_team_user_id_staff_user')),
    sa.PrimaryKeyConstraint('user_id', 'team_id', name=op.f('pk_user_team'))
    )
    op.create_table('digest_letter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('digest_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('cut_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['digest_id'], ['digest.id'], name=op.f('fk_digest_letter_digest_id_digest')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_letter')),
    sa.UniqueConstraint('digest_id', 'first_on', 'last_on', name=op.f('uq_digest_letter_digest_id_first_on_last_on')),
    sa.UniqueConstraint('reference', name=op.f('uq_digest_letter_reference')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_digest_letter_token_sha256'))
    )
    with op.batch_alter_table('digest_letter', schema=None) as batch_op:
        batch_op.create_index('ix_digest_letter_waiting', ['due_at'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('export_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('export_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['export_id'], ['export.id'], name=op.f('fk_export_part_export_id_export')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_part')),
    sa.UniqueConstraint('export_id', 'part', name=op.f('uq_export_part_export_id_part'))
    )
    op.create_table('home_view',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('view_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_home_view_user_id_staff_user')),
    sa.ForeignKeyConstraint(['view_id'], ['saved_view.id'], name=op.f('fk_home_view_view_id_saved_view'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_home_view'))
    )
    with op.batch_alter_table('home_view', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_home_view_view_id'), ['view_id'], unique=False)

    op.create_table('staff_idea',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('new', 'taken_up', 'not_now', name='ideastate', native_enum=False, length=32), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('improvement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['staff_user.id'], name=op.f('fk_staff_idea_answered_by_staff_user')),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_staff_idea_improvement_id_improvement')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_staff_idea_service_id_service')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_staff_idea_team_id_team')),
    sa.ForeignKeyConstraint(['written_by'], ['staff_user.id'], name=op.f('fk_staff_idea_written_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_idea')),
    sa.UniqueConstraint('reference', name=op.f('uq_staff_idea_reference'))
    )
    with op.batch_alter_table('staff_idea', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_idea_service_id'), ['service_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_staff_idea_written_by'), ['written_by'], unique=False)

    op.create_table('passed_praise',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('passed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('passed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_passed_praise_comment_id_comment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['passed_by'], ['staff_user.id'], name=op.f('fk_passed_praise_passed_by_staff_user')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_passed_praise_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passed_praise')),
    sa.UniqueConstraint('comment_id', 'team_id', name=op.f('uq_passed_praise_comment_id_team_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_passed_praise_reference'))
    )
    with op.batch_alter_table('passed_praise', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passed_praise_team_id'), ['team_id'], unique=False)



def downgrade():
    with op.batch_alter_table('passed_praise', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passed_praise_team_id'))

    op.drop_table('passed_praise')
    with op.batch_alter_table('staff_idea', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_idea_written_by'))
        batch_op.drop_index(batch_op.f('ix_staff_idea_service_id'))

    op.drop_table('staff_idea')
    with op.batch_alter_table('home_view', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_home_view_view_id'))

    op.drop_table('home_view')
    op.drop_table('export_part')
    with op.batch_alter_table('digest_letter', schema=None) as batch_op:
        batch_op.drop_index('ix_digest_letter_waiting', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.drop_table('digest_letter')
    op.drop_table('user_team')
    op.drop_table('pinned_figure')
    with op.batch_alter_table('export', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_export_keep_until'))
        batch_op.drop_index(batch_op.f('ix_export_asked_by'))

    op.drop_table('export')
    with op.batch_alter_table('digest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_digest_user_id'))
        batch_op.drop_index(batch_op.f('ix_digest_next_on'))

    op.drop_table('digest')
