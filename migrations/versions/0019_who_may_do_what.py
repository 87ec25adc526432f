"""who may do what

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-23 10:20:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('audit_head',
    sa.Column('place', _BIG, autoincrement=False, nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signature', sa.String(length=88), nullable=False),
    sa.PrimaryKeyConstraint('place', name=op.f('pk_audit_head'))
    )
    op.create_table('audit_check',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('place', _BIG, nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.Column('fitting_head', _BIG, nullable=False),
    sa.Column('problems', _BIG, nullable=False),
    sa.Column('first_problem', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_check'))
    )
    unsealed = sa.text('sealed_as IS NULL')
    with op.batch_alter_table('audit_line', schema=None) as batch_op:
        batch_op.create_index('ix_audit_line_unsealed', ['id'], unique=False, postgresql_where=unsealed, sqlite_where=unsealed)
        batch_op.create_index('ix_audit_line_action_at', ['action', 'at'], unique=False)
        batch_op.create_index('ix_audit_line_actor_id_at', ['actor_id', 'at'], unique=False)
        batch_op.create_index('ix_audit_line_subject_at', ['subject', 'at'], unique=False)

    op.create_table('channel_setting',
    sa.Column('channel', sa.Enum('phone', 'email', 'web', 'webchat', 'sms', 'social', 'face_to_face', 'letter', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('is_used', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('channel', name=op.f('pk_channel_setting'))
    )
    op.create_table('reencryption',
    sa.Column('column', sa.String(length=120), nullable=False),
    sa.Column('key_digest', sa.String(length=64), nullable=False),
    sa.Column('last_id', _BIG, nullable=False),
    sa.Column('found', _BIG, nullable=False),
    sa.Column('done', _BIG, nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('column', 'key_digest', name=op.f('pk_reencryption'))
    )
    op.create_table('retention_rule',
    sa.Column('data_class', sa.String(length=40), nullable=False),
    sa.Column('keep_days', _BIG, nullable=False),
    sa.Column('earlier_days', _BIG, nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('data_class', name=op.f('pk_retention_rule'))
    )
    op.create_table('sign_in_rules',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('second_step_for', sa.Enum('nobody', 'sensitive_roles', 'everybody', name='secondstepfor', native_enum=False, length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_rules'))
    )
    op.create_table('webhook_event',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_event')),
    sa.UniqueConstraint('reference', name=op.f('uq_webhook_event_reference'))
    )
    with op.batch_alter_table('webhook_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_event_at'), ['at'], unique=False)

    op.create_table('data_complaint',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('reply_to', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acknowledge_by', sa.Date(), nullable=False),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finding', sa.String(length=32), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('handled_by', _BIG, nullable=True),
    sa.Column('keep_until', sa.Date(), nullable=True),
    sa.Column('letter', sa.String(length=32), nullable=True),
    sa.Column('letter_state', sa.String(length=32), nullable=True),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', _BIG, nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['handled_by'], ['staff_user.id'], name=op.f('fk_data_complaint_handled_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_complaint')),
    sa.UniqueConstraint('reference', name=op.f('uq_data_complaint_reference'))
    )
    with op.batch_alter_table('data_complaint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_data_complaint_received_at'), ['received_at'], unique=False)
        batch_op.create_index('ix_data_complaint_keep', ['keep_until'], unique=False)
        batch_op.create_index('ix_data_complaint_letter', ['id'], unique=False, sqlite_where=sa.text("letter_state = 'waiting'"), postgresql_where=sa.text("letter_state = 'waiting'"))

    op.create_table('passkey',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('user_id', _BIG, nullable=False),
    sa.Column('credential_id', sa.LargeBinary(length=1024), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', _BIG, nullable=False),
    sa.Column('transports', sa.JSON(), nullable=True),
    sa.Column('backup_state', sa.Boolean(), nullable=False),
    sa.Column('device_type', sa.String(length=64), nullable=False),
    sa.Column('extensions', sa.String(length=255), nullable=True),
    sa.Column('create_datetime', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lastuse_datetime', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('usage', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_passkey_user_id_staff_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_user_id'), ['user_id'], unique=False)

    op.create_table('privacy_text',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', _BIG, nullable=False),
    sa.ForeignKeyConstraint(['written_by'], ['staff_user.id'], name=op.f('fk_privacy_text_written_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_privacy_text'))
    )
    with op.batch_alter_table('privacy_text', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_privacy_text_place'), ['place'], unique=False)

    op.create_table('staff_identity',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('user_id', _BIG, nullable=False),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('tenant', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_staff_identity_user_id_staff_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_identity')),
    sa.UniqueConstraint('issuer', 'tenant', 'subject', name=op.f('uq_staff_identity_issuer_tenant_subject'))
    )
    with op.batch_alter_table('staff_identity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_identity_user_id'), ['user_id'], unique=False)

    op.create_table('staff_session',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('key_digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', _BIG, nullable=False),
    sa.Column('signed_in_by', sa.Enum('password', 'password_and_code', 'password_and_passkey', 'password_and_recovery_code', 'passkey', 'single_sign_on', 'link', name='signedinby', native_enum=False, length=32), nullable=False),
    sa.Column('device', sa.String(length=80), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', _BIG, nullable=True),
    sa.ForeignKeyConstraint(['ended_by'], ['staff_user.id'], name=op.f('fk_staff_session_ended_by_staff_user')),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_staff_session_user_id_staff_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_session')),
    sa.UniqueConstraint('key_digest', name=op.f('uq_staff_session_key_digest')),
    sa.UniqueConstraint('reference', name=op.f('uq_staff_session_reference'))
    )
    with op.batch_alter_table('staff_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_session_ends_at'), ['ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_staff_session_user_id'), ['user_id'], unique=False)

    op.create_table('subject_request',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.Enum('access', 'erasure', 'objection', name='requestkind', native_enum=False, length=32), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', _BIG, nullable=True),
    sa.Column('found', _BIG, nullable=True),
    sa.ForeignKeyConstraint(['done_by'], ['staff_user.id'], name=op.f('fk_subject_request_done_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject_request')),
    sa.UniqueConstraint('reference', name=op.f('uq_subject_request_reference'))
    )
    op.create_table('webhook',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('earlier_secret', sa.Text(), nullable=True),
    sa.Column('earlier_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', _BIG, nullable=True),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('quiet_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_why', sa.String(length=200), nullable=False),
    sa.Column('letter_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['staff_user.id'], name=op.f('fk_webhook_created_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook')),
    sa.UniqueConstraint('reference', name=op.f('uq_webhook_reference'))
    )
    op.create_table('api_key_service',
    sa.Column('api_key_id', _BIG, nullable=False),
    sa.Column('service_id', _BIG, nullable=False),
    sa.ForeignKeyConstraint(['api_key_id'], ['api_key.id'], name=op.f('fk_api_key_service_api_key_id_api_key')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_api_key_service_service_id_service')),
    sa.PrimaryKeyConstraint('api_key_id', 'service_id', name=op.f('pk_api_key_service'))
    )
    op.create_table('webhook_delivery',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('webhook_id', _BIG, nullable=False),
    sa.Column('event_id', _BIG, nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', _BIG, nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['webhook_event.id'], name=op.f('fk_webhook_delivery_event_id_webhook_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_webhook_delivery_webhook_id_webhook'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_delivery')),
    sa.UniqueConstraint('webhook_id', 'event_id', name=op.f('uq_webhook_delivery_webhook_id_event_id'))
    )
    with op.batch_alter_table('webhook_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_delivery_due_at', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_webhook_delivery_event_id'), ['event_id'], unique=False)

    op.create_table('webhook_try',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('delivery_id', _BIG, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', _BIG, nullable=True),
    sa.Column('milliseconds', _BIG, nullable=False),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['webhook_delivery.id'], name=op.f('fk_webhook_try_delivery_id_webhook_delivery'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_try'))
    )
    with op.batch_alter_table('webhook_try', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_try_delivery_id'), ['delivery_id'], unique=False)

    op.add_column('site', sa.Column('closed_on', sa.Date(), nullable=True))

    op.add_column('staff_user', sa.Column('is_break_glass', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('staff_user', sa.Column('break_glass_tested_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('staff_user', sa.Column('last_signed_in_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('staff_user', sa.Column('second_step_due_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('staff_user', sa.Column('tf_last_counter', _BIG, nullable=True))
    op.add_column('staff_user', sa.Column('deactivated_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('staff_user', sa.Column('tf_primary_method', sa.String(length=64), nullable=True))
    op.add_column('staff_user', sa.Column('tf_totp_secret', sa.Text(), nullable=True))
    op.add_column('staff_user', sa.Column('mf_recovery_codes', sa.Text(), nullable=True))
    op.add_column('staff_user', sa.Column('fs_webauthn_user_handle', sa.String(length=64), nullable=True))
    op.create_index(op.f('ix_staff_user_fs_webauthn_user_handle'), 'staff_user', ['fs_webauthn_user_handle'], unique=True)

    op.add_column('team', sa.Column('closed_on', sa.Date(), nullable=True))



def downgrade():
    op.drop_column('team', 'closed_on')

    op.drop_index(op.f('ix_staff_user_fs_webauthn_user_handle'), 'staff_user')
    op.drop_column('staff_user', 'fs_webauthn_user_handle')
    op.drop_column('staff_user', 'mf_recovery_codes')
    op.drop_column('staff_user', 'tf_totp_secret')
    op.drop_column('staff_user', 'tf_primary_method')
    op.drop_column('staff_user', 'deactivated_at')
    op.drop_column('staff_user', 'tf_last_counter')
    op.drop_column('staff_user', 'second_step_due_at')
    op.drop_column('staff_user', 'last_signed_in_at')
    op.drop_column('staff_user', 'break_glass_tested_at')
    op.drop_column('staff_user', 'is_break_glass')

    op.drop_column('site', 'closed_on')

    with op.batch_alter_table('webhook_try', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_try_delivery_id'))

    op.drop_table('webhook_try')
    with op.batch_alter_table('webhook_delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_delivery_event_id'))
        batch_op.drop_index('ix_webhook_delivery_due_at', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    op.drop_table('webhook_delivery')
    op.drop_table('api_key_service')
    op.drop_table('webhook')
    op.drop_table('subject_request')
    with op.batch_alter_table('staff_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_session_user_id'))
        batch_op.drop_index(batch_op.f('ix_staff_session_ends_at'))

    op.drop_table('staff_session')
    with op.batch_alter_table('staff_identity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_identity_user_id'))

    op.drop_table('staff_identity')
    with op.batch_alter_table('privacy_text', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_privacy_text_place'))

    op.drop_table('privacy_text')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkey_user_id'))

    op.drop_table('passkey')
    with op.batch_alter_table('data_complaint', schema=None) as batch_op:
        batch_op.drop_index('ix_data_complaint_letter')
        batch_op.drop_index('ix_data_complaint_keep')
        batch_op.drop_index(batch_op.f('ix_data_complaint_received_at'))

    op.drop_table('data_complaint')
    with op.batch_alter_table('webhook_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_event_at'))

    op.drop_table('webhook_event')
    op.drop_table('sign_in_rules')
    op.drop_table('retention_rule')
    op.drop_table('reencryption')
    op.drop_table('channel_setting')
    with op.batch_alter_table('audit_line', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_line_subject_at')
        batch_op.drop_index('ix_audit_line_actor_id_at')
        batch_op.drop_index('ix_audit_line_action_at')
        batch_op.drop_index('ix_audit_line_unsealed', postgresql_where=sa.text('sealed_as IS NULL'), sqlite_where=sa.text('sealed_as IS NULL'))

    op.drop_table('audit_check')
    op.drop_table('audit_head')
