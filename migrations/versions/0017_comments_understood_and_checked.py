"""comments are understood, explained, and checked by people

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-23 06:50:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_COLUMNS = {
    'comment': [
        sa.Column('reference', sa.String(length=16), server_default='', nullable=False),
        sa.Column('redacted_with', sa.String(length=30), server_default='redaction-1', nullable=False),
        sa.Column('language', sa.String(length=12), nullable=True),
    ],
    'theme': [sa.Column('definition', sa.String(length=500), server_default='', nullable=False)],
}
_TABLES = (  # those that point to others first
    'blind_label', 'quote_mark', 'comment_label', 'comment_judgement', 'blind_item', 'alert_watch', 'alert', 'theme_edit',
    'term_tally', 'term_part', 'saved_view', 'judging', 'alert_kind', 'checking_rules', 'blind_sample',
)
_TALLIES = ('subject_day_tally', 'subject_month_tally')
_REFERENCES = {
    'sqlite': "UPDATE comment SET reference = lower(hex(randomblob(8)))",
    'postgresql': "UPDATE comment SET reference = substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)",
}


def upgrade():
    op.create_table('blind_sample',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('comments', _BIG, nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_blind_sample')),
    sa.UniqueConstraint('month', name=op.f('uq_blind_sample_month'))
    )
    op.create_table('checking_rules',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('sample_size', _BIG, nullable=False),
    sa.Column('least_recall', sa.Double(), nullable=False),
    sa.Column('fewest_cases', _BIG, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checking_rules'))
    )
    op.create_table('alert_kind',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('phrases', sa.Text(), nullable=False),
    sa.Column('exceptions', sa.Text(), nullable=False),
    sa.Column('inbox', sa.String(length=254), nullable=False),
    sa.Column('inbox_service_id', _BIG, nullable=True),
    sa.Column('other_inbox', sa.String(length=254), nullable=False),
    sa.Column('answer_within_minutes', _BIG, nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('earlier', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['inbox_service_id'], ['service.id'], name=op.f('fk_alert_kind_inbox_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_kind')),
    sa.UniqueConstraint('code', name=op.f('uq_alert_kind_code'))
    )
    op.create_table('judging',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('method', sa.String(length=60), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by', _BIG, nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('judged_to', _BIG, nullable=False),
    sa.Column('judged', _BIG, nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('adopted_by', _BIG, nullable=True),
    sa.Column('adopted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('adopted_to', _BIG, nullable=False),
    sa.Column('adoption_done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['adopted_by'], ['staff_user.id'], name=op.f('fk_judging_adopted_by_staff_user')),
    sa.ForeignKeyConstraint(['asked_by'], ['staff_user.id'], name=op.f('fk_judging_asked_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_judging'))
    )
    op.create_table('saved_view',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('owner_id', _BIG, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('arguments', sa.Text(), nullable=False),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['staff_user.id'], name=op.f('fk_saved_view_owner_id_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('reference', name=op.f('uq_saved_view_reference'))
    )
    op.create_index(op.f('ix_saved_view_owner_id'), 'saved_view', ['owner_id'], unique=False)
    op.create_table('term_part',
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('service_id', _BIG, nullable=False),
    sa.Column('comments', _BIG, nullable=False),
    sa.Column('counted', _BIG, nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_term_part_service_id_service')),
    sa.PrimaryKeyConstraint('starts_on', 'service_id', name=op.f('pk_term_part'))
    )
    op.create_table('term_tally',
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('service_id', _BIG, nullable=False),
    sa.Column('term', sa.String(length=80), nullable=False),
    sa.Column('comments', _BIG, nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_term_tally_service_id_service')),
    sa.PrimaryKeyConstraint('starts_on', 'service_id', 'term', name=op.f('pk_term_tally'))
    )
    op.create_table('theme_edit',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('theme_id', _BIG, nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('edited_by', _BIG, nullable=True),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sorts_past', sa.Boolean(), nullable=False),
    sa.Column('sorted_to', _BIG, nullable=False),
    sa.Column('moved', _BIG, nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['edited_by'], ['staff_user.id'], name=op.f('fk_theme_edit_edited_by_staff_user')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_edit_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_edit'))
    )
    op.create_index(op.f('ix_theme_edit_theme_id'), 'theme_edit', ['theme_id'], unique=False)
    op.create_table('alert',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('kind_id', _BIG, nullable=False),
    sa.Column('answer_text_id', _BIG, nullable=True),
    sa.Column('response_id', _BIG, nullable=False),
    sa.Column('matched', sa.JSON(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('letter_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_to', sa.String(length=254), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', _BIG, nullable=True),
    sa.Column('outcome', sa.Enum('real', 'false_alarm', name='alertoutcome', native_enum=False, length=32), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', _BIG, nullable=True),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', _BIG, nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['acknowledged_by'], ['staff_user.id'], name=op.f('fk_alert_acknowledged_by_staff_user')),
    sa.ForeignKeyConstraint(['answer_text_id'], ['answer_text.id'], name=op.f('fk_alert_answer_text_id_answer_text'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['decided_by'], ['staff_user.id'], name=op.f('fk_alert_decided_by_staff_user')),
    sa.ForeignKeyConstraint(['kind_id'], ['alert_kind.id'], name=op.f('fk_alert_kind_id_alert_kind')),
    sa.ForeignKeyConstraint(['response_id'], ['survey_response.id'], name=op.f('fk_alert_response_id_survey_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('kind_id', 'answer_text_id', name=op.f('uq_alert_kind_id_answer_text_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_alert_reference'))
    )
    op.create_index(op.f('ix_alert_answer_text_id'), 'alert', ['answer_text_id'], unique=False)
    op.create_index(op.f('ix_alert_response_id'), 'alert', ['response_id'], unique=False)
    op.create_index('ix_alert_letter_due_at', 'alert', ['letter_due_at'], unique=False, sqlite_where=sa.text('letter_due_at IS NOT NULL'), postgresql_where=sa.text('letter_due_at IS NOT NULL'))
    op.create_index(op.f('ix_alert_raised_at'), 'alert', ['raised_at'], unique=False)
    op.create_table('alert_watch',
    sa.Column('answer_text_id', _BIG, nullable=False),
    sa.Column('watched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['answer_text_id'], ['answer_text.id'], name=op.f('fk_alert_watch_answer_text_id_answer_text'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('answer_text_id', name=op.f('pk_alert_watch'))
    )
    op.create_table('blind_item',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('sample_id', _BIG, nullable=False),
    sa.Column('comment_id', _BIG, nullable=False),
    sa.Column('place', _BIG, nullable=False),
    sa.Column('machine_label', sa.String(length=12), nullable=True),
    sa.Column('machine_review', sa.Boolean(), nullable=False),
    sa.Column('machine_themes', sa.JSON(), nullable=False),
    sa.Column('method', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_blind_item_comment_id_comment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sample_id'], ['blind_sample.id'], name=op.f('fk_blind_item_sample_id_blind_sample'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_blind_item')),
    sa.UniqueConstraint('sample_id', 'comment_id', name=op.f('uq_blind_item_sample_id_comment_id'))
    )
    op.create_index(op.f('ix_blind_item_comment_id'), 'blind_item', ['comment_id'], unique=False)
    op.create_table('comment_judgement',
    sa.Column('comment_id', _BIG, nullable=False),
    sa.Column('method', sa.String(length=60), nullable=False),
    sa.Column('sentiment', sa.String(length=12), nullable=True),
    sa.Column('polarity', sa.Double(), nullable=True),
    sa.Column('confidence', sa.Double(), nullable=True),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('flags', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=True),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('counted_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_comment_judgement_comment_id_comment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('comment_id', 'method', name=op.f('pk_comment_judgement'))
    )
    op.create_table('comment_label',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('comment_id', _BIG, nullable=False),
    sa.Column('label', sa.String(length=12), nullable=True),
    sa.Column('before', sa.String(length=20), nullable=True),
    sa.Column('source', sa.Enum('review', 'correction', name='labelsource', native_enum=False, length=32), nullable=False),
    sa.Column('labelled_by', _BIG, nullable=True),
    sa.Column('labelled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_comment_label_comment_id_comment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['labelled_by'], ['staff_user.id'], name=op.f('fk_comment_label_labelled_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_label'))
    )
    op.create_index(op.f('ix_comment_label_comment_id'), 'comment_label', ['comment_id'], unique=False)
    op.create_table('quote_mark',
    sa.Column('comment_id', _BIG, nullable=False),
    sa.Column('marked_by', _BIG, nullable=True),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_quote_mark_comment_id_comment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['marked_by'], ['staff_user.id'], name=op.f('fk_quote_mark_marked_by_staff_user')),
    sa.PrimaryKeyConstraint('comment_id', name=op.f('pk_quote_mark'))
    )
    op.create_table('blind_label',
    sa.Column('item_id', _BIG, nullable=False),
    sa.Column('labelled_by', _BIG, nullable=False),
    sa.Column('label', sa.String(length=12), nullable=True),
    sa.Column('themes', sa.JSON(), nullable=False),
    sa.Column('labelled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['blind_item.id'], name=op.f('fk_blind_label_item_id_blind_item'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['labelled_by'], ['staff_user.id'], name=op.f('fk_blind_label_labelled_by_staff_user')),
    sa.PrimaryKeyConstraint('item_id', 'labelled_by', name=op.f('pk_blind_label'))
    )
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
    op.execute(_REFERENCES[op.get_bind().dialect.name])
    op.create_index(op.f('ix_comment_reference'), 'comment', ['reference'], unique=True)
    op.create_index('ix_comment_redacted_with', 'comment', ['redacted_with'], unique=False)
    for table in _TALLIES:  # the name of a method is longer than a label's
        with op.batch_alter_table(table) as batch:
            batch.alter_column('value', existing_type=sa.String(length=30), type_=sa.String(length=60), existing_nullable=False)
    op.execute(  # labels are tallied by method, too
        "INSERT INTO recount (subject, day, service_id) SELECT DISTINCT 'comments', r.counts_on, r.service_id "
        "FROM comment c JOIN survey_response r ON r.id = c.response_id"
    )
    op.create_index('ix_comment_waiting', 'comment', ['response_id'], unique=False, sqlite_where=sa.text('needs_review = 1 AND person_label IS NULL'), postgresql_where=sa.text('needs_review AND person_label IS NULL'))


def downgrade():
    op.drop_index('ix_comment_redacted_with', 'comment')
    for table in _TALLIES:
        op.execute(f"DELETE FROM {table} WHERE subject = 'methods'")
        with op.batch_alter_table(table) as batch:
            batch.alter_column('value', existing_type=sa.String(length=60), type_=sa.String(length=30), existing_nullable=False)
    op.drop_index('ix_comment_waiting', 'comment')
    op.drop_index(op.f('ix_comment_reference'), 'comment')
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name)
    for table in _TABLES:
        op.drop_table(table)
