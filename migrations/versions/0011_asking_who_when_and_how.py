"""asking: who, when and how

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-22 16:24:10.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('address_block',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Enum('does_not_exist', 'complained', 'fails_for_now', name='blockreason', native_enum=False, length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_block')),
    sa.UniqueConstraint('key', 'reason', name=op.f('uq_address_block_key_reason'))
    )
    op.create_table('address_failure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('message_reference', sa.String(length=40), nullable=False),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_failure')),
    sa.UniqueConstraint('key', 'message_reference', name=op.f('uq_address_failure_key_message_reference'))
    )
    op.create_table('callback',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('receipt', 'complaint', 'sms', name='callbackkind', native_enum=False, length=32), nullable=False),
    sa.Column('provider_id', sa.String(length=80), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback')),
    sa.UniqueConstraint('kind', 'provider_id', 'digest', name=op.f('uq_callback_kind_provider_id_digest'))
    )
    op.create_table('draw_seed',
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('seed', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('first_on', name=op.f('pk_draw_seed'))
    )
    op.create_table('draw_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_worked_out', sa.Boolean(), nullable=False),
    sa.Column('busy_services', sa.JSON(), nullable=False),
    sa.Column('fractions', sa.JSON(), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_draw_day'))
    )
    op.create_table('exclusion',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dimension', sa.Enum('channel', 'service', 'reason', 'outcome', 'language', name='dimension', native_enum=False, length=32), nullable=False),
    sa.Column('value', sa.String(length=120), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['added_by'], ['staff_user.id'], name=op.f('fk_exclusion_added_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exclusion')),
    sa.UniqueConstraint('dimension', 'value', name=op.f('uq_exclusion_dimension_value'))
    )
    op.create_table('sampling_rule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.Enum('phone', 'email', 'web', 'webchat', 'sms', 'social', 'face_to_face', 'letter', name='channel', native_enum=False, length=32), nullable=True),
    sa.Column('fraction', sa.Double(), nullable=True),
    sa.Column('monthly_quota', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_sampling_rule_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sampling_rule')),
    sa.UniqueConstraint('service_id', 'channel', name=op.f('uq_sampling_rule_service_id_channel'))
    )
    op.create_table('sending_window',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('way', sa.Enum('email', 'sms', 'letter', name='way', native_enum=False, length=32), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opens_minute', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('closes_minute', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('weekdays', sa.String(length=7), nullable=False),
    sa.Column('on_bank_holidays', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_sending_window_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sending_window')),
    sa.UniqueConstraint('way', 'service_id', name=op.f('uq_sending_window_way_service_id'))
    )
    op.create_table('received_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider_id', sa.String(length=80), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Enum('answered', 'commented', 'stopped', 'not_understood', 'too_late', 'unknown_sender', name='textoutcome', native_enum=False, length=32), nullable=False),
    sa.Column('invitation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_received_text_invitation_id_invitation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_text')),
    sa.UniqueConstraint('provider_id', name=op.f('uq_received_text_provider_id'))
    )
    with op.batch_alter_table('received_text', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_received_text_invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_received_text_received_at'), ['received_at'], unique=False)

    with op.batch_alter_table('asking_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ask_second_contact', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('ask_open_complaint', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('staff_domains', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('rare_below', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, server_default='200'))
        batch_op.add_column(sa.Column('reserved_share', sa.Double(), nullable=False, server_default='0.2'))
        batch_op.add_column(sa.Column('delay_minutes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('remind_by_sms', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('texts_are_on', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('letters_are_on', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('most_emails_a_day', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('most_texts_a_day', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('notify_email_template', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('notify_text_template', sa.String(length=40), nullable=True))

    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('draw_score', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('draw_fraction', sa.Double(), nullable=True))
        batch_op.drop_index(batch_op.f('ix_contact_not_drawn'), sqlite_where=sa.text('draw_outcome IS NULL'))
        batch_op.create_index('ix_contact_not_drawn', ['draw_score', 'id'], unique=False, sqlite_where=sa.text('draw_outcome IS NULL'), postgresql_where=sa.text('draw_outcome IS NULL'))
        batch_op.create_index('ix_contact_case_ref', ['case_ref', 'occurred_at'], unique=False, sqlite_where=sa.text('case_ref IS NOT NULL'), postgresql_where=sa.text('case_ref IS NOT NULL'))

    with op.batch_alter_table('contact_detail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone_is_mobile', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('domain_key', sa.String(length=16), nullable=True))

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('undeliverable_reason', sa.Enum('delivered', 'permanent-failure', 'temporary-failure', 'technical-failure', name='receipt', native_enum=False, length=32), nullable=True))

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('way', sa.Enum('email', 'sms', 'letter', name='way', native_enum=False, length=32), nullable=False, server_default='email'))
        batch_op.add_column(sa.Column('receipt', sa.Enum('delivered', 'permanent-failure', 'temporary-failure', 'technical-failure', name='receipt', native_enum=False, length=32), nullable=True))
        batch_op.add_column(sa.Column('receipt_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_message_sent', ['sent_at', 'way'], unique=False)
        batch_op.create_index('ix_message_failed', ['id'], unique=False, sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'"))
        batch_op.drop_index('ix_message_waiting')
        batch_op.create_index('ix_message_waiting', ['way', 'due_at'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.create_index('ix_message_held', ['way'], unique=False, sqlite_where=sa.text("state = 'waiting' AND claimed_by IS NOT NULL"), postgresql_where=sa.text("state = 'waiting' AND claimed_by IS NOT NULL"))
        batch_op.create_index('ix_message_handed_over', ['claimed_until'], unique=False, sqlite_where=sa.text("state = 'handed_over'"), postgresql_where=sa.text("state = 'handed_over'"))



def downgrade():
    op.execute("UPDATE message SET state = 'sent' WHERE state = 'handed_over'")
    op.drop_index('ix_message_handed_over', table_name='message')
    op.drop_index('ix_message_held', table_name='message')
    op.drop_index('ix_message_waiting', table_name='message')
    op.create_index('ix_message_waiting', 'message', ['due_at'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index('ix_message_failed', table_name='message')
    op.drop_index('ix_message_sent', table_name='message')
    op.drop_index('ix_contact_case_ref', table_name='contact')
    op.drop_index('ix_contact_not_drawn', table_name='contact')
    op.create_index('ix_contact_not_drawn', 'contact', ['id'], unique=False, sqlite_where=sa.text('draw_outcome IS NULL'), postgresql_where=sa.text('draw_outcome IS NULL'))
    # not in batches: those make a table anew, and other tables hold on to the rows of these
    op.drop_column('message', 'receipt_at')
    op.drop_column('message', 'receipt')
    op.drop_column('message', 'way')
    op.drop_column('invitation', 'undeliverable_reason')
    op.drop_column('invitation', 'delivered_at')
    op.drop_column('contact_detail', 'domain_key')
    op.drop_column('contact_detail', 'phone_is_mobile')
    op.drop_column('contact', 'draw_fraction')
    op.drop_column('contact', 'draw_score')
    op.drop_column('asking_rules', 'notify_text_template')
    op.drop_column('asking_rules', 'notify_email_template')
    op.drop_column('asking_rules', 'most_texts_a_day')
    op.drop_column('asking_rules', 'most_emails_a_day')
    op.drop_column('asking_rules', 'letters_are_on')
    op.drop_column('asking_rules', 'texts_are_on')
    op.drop_column('asking_rules', 'remind_by_sms')
    op.drop_column('asking_rules', 'delay_minutes')
    op.drop_column('asking_rules', 'reserved_share')
    op.drop_column('asking_rules', 'rare_below')
    op.drop_column('asking_rules', 'staff_domains')
    op.drop_column('asking_rules', 'ask_open_complaint')
    op.drop_column('asking_rules', 'ask_second_contact')

    op.drop_table('received_text')
    op.drop_table('sending_window')
    op.drop_table('sampling_rule')
    op.drop_table('exclusion')
    op.drop_table('draw_seed')
    op.drop_table('draw_day')
    op.drop_table('callback')
    op.drop_table('address_failure')
    op.drop_table('address_block')
