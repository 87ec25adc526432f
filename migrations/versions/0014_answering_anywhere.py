"""answering anywhere: open links, kiosks, drafts, consent, equality questions, and texts for those in danger

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-22 20:12:53.063551

"""
from alembic import op
import sqlalchemy as sa


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('equality_question',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('is_asked', sa.Boolean(), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wording', sa.Text(), nullable=True),
    sa.Column('options', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_equality_question'))
    )
    op.create_table('open_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.Enum('open', 'kiosk', 'embed', name='linkkind', native_enum=False, length=32), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('survey_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('site_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.Enum('phone', 'email', 'web', 'webchat', 'sms', 'social', 'face_to_face', 'letter', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seconds_between_taps', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pin', sa.String(length=200), nullable=True),
    sa.Column('framed_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_open_link_service_id_service')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_open_link_site_id_site')),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_open_link_survey_id_survey')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_open_link')),
    sa.UniqueConstraint('code', name=op.f('uq_open_link_code'))
    )
    op.create_table('support_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('exit_url', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_support_text_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_text')),
    sa.UniqueConstraint('service_id', name=op.f('uq_support_text_service_id'))
    )
    op.create_table('hand_over',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('open_link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answers', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('held', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('repeated', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('refused', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('too_early', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thrown_away', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['open_link_id'], ['open_link.id'], name=op.f('fk_hand_over_open_link_id_open_link')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_over'))
    )
    with op.batch_alter_table('hand_over', schema=None) as batch_op:
        batch_op.create_index('ix_hand_over_open_link_id', ['open_link_id', 'received_at'], unique=False)

    op.create_table('survey_draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('invitation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('open_link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('key', sa.String(length=64), nullable=True),
    sa.Column('survey_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.Enum('phone', 'email', 'web', 'webchat', 'sms', 'social', 'face_to_face', 'letter', name='channel', native_enum=False, length=32), nullable=True),
    sa.Column('mode', sa.Enum('web', 'sms', 'phone', 'kiosk', 'embed', 'paper', 'imported', name='mode', native_enum=False, length=32), nullable=False),
    sa.Column('counts_on', sa.Date(), nullable=False),
    sa.Column('answers', sa.Text(), nullable=True),
    sa.Column('broke_off_at_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drops_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['broke_off_at_id'], ['question_version.id'], name=op.f('fk_survey_draft_broke_off_at_id_question_version')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_survey_draft_invitation_id_invitation')),
    sa.ForeignKeyConstraint(['open_link_id'], ['open_link.id'], name=op.f('fk_survey_draft_open_link_id_open_link')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_survey_draft_service_id_service')),
    sa.ForeignKeyConstraint(['survey_version_id'], ['survey_version.id'], name=op.f('fk_survey_draft_survey_version_id_survey_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_draft')),
    sa.UniqueConstraint('invitation_id', name=op.f('uq_survey_draft_invitation_id')),
    sa.UniqueConstraint('key', name=op.f('uq_survey_draft_key'))
    )
    with op.batch_alter_table('survey_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_draft_counts_on'), ['counts_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_draft_drops_at'), ['drops_at'], unique=False)

    op.create_table('contact_consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('response_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_wanted', sa.Boolean(), nullable=False),
    sa.Column('details', sa.Text(), nullable=True),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('keep_until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['survey_response.id'], name=op.f('fk_contact_consent_response_id_survey_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_consent')),
    sa.UniqueConstraint('response_id', name=op.f('uq_contact_consent_response_id'))
    )
    op.create_table('equality_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('response_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question', sa.String(length=40), nullable=False),
    sa.Column('option', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['survey_response.id'], name=op.f('fk_equality_answer_response_id_survey_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_equality_answer')),
    sa.UniqueConstraint('response_id', 'question', name=op.f('uq_equality_answer_response_id_question'))
    )
    op.create_table('replaced_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('response_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('given', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['survey_response.id'], name=op.f('fk_replaced_answer_response_id_survey_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replaced_answer')),
    sa.UniqueConstraint('response_id', name=op.f('uq_replaced_answer_response_id'))
    )
    with op.batch_alter_table('replaced_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_replaced_answer_last_at'), ['last_at'], unique=False)

    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paging', sa.Enum('one_page', 'pages', 'one_question', name='paging', native_enum=False, length=32), server_default='one_page', nullable=False))
        batch_op.add_column(sa.Column('paging_since_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('is_for_kiosks', sa.Boolean(), server_default='0', nullable=False))

    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('received_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('is_day_of_receipt', sa.Boolean(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))

    kind = 'BIGINT' if op.get_bind().dialect.name == 'postgresql' else 'INTEGER'
    # in one statement, as SQLite would otherwise copy the table, which others refer to
    op.execute(
        f"ALTER TABLE survey_response ADD COLUMN open_link_id {kind} "
        "CONSTRAINT fk_survey_response_open_link_id_open_link REFERENCES open_link (id)"
    )
    op.create_index('ix_survey_response_open_link_id', 'survey_response', ['open_link_id', 'submitted_at'], unique=False)
    op.create_index('ix_survey_response_staff_entered', 'survey_response', ['counts_on'], unique=False, sqlite_where=sa.text('is_staff_entered = 1'), postgresql_where=sa.text('is_staff_entered'))


def downgrade():
    op.drop_index('ix_survey_response_staff_entered', 'survey_response')
    op.drop_index('ix_survey_response_open_link_id', 'survey_response')
    for column in ('changed_at', 'is_day_of_receipt', 'received_at', 'reviewed_at', 'open_link_id'):
        op.execute(f"ALTER TABLE survey_response DROP COLUMN {column}")
    for column in ('is_for_kiosks', 'paging_since_at', 'paging'):
        op.execute(f"ALTER TABLE survey DROP COLUMN {column}")

    with op.batch_alter_table('replaced_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_replaced_answer_last_at'))

    op.drop_table('replaced_answer')
    op.drop_table('equality_answer')
    op.drop_table('contact_consent')
    with op.batch_alter_table('survey_draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_draft_drops_at'))
        batch_op.drop_index(batch_op.f('ix_survey_draft_counts_on'))

    op.drop_table('survey_draft')
    with op.batch_alter_table('hand_over', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hand_over_open_link_id'))

    op.drop_table('hand_over')
    op.drop_table('support_text')
    op.drop_table('open_link')
    op.drop_table('equality_question')
