"""the schema from the start

Revision ID: 0001
Revises: 
Create Date: 2026-11-22 06:55:20.742121

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('asking_rules',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sampling_fraction', sa.Double(), nullable=False),
    sa.Column('cooling_off_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('too_old_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('open_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('change_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reminder_after_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asking_rules'))
    )
    op.create_table('audit_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.String(length=64), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.Column('sealed_as', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('seal', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_line')),
    sa.UniqueConstraint('sealed_as', name=op.f('uq_audit_line_sealed_as'))
    )
    with op.batch_alter_table('audit_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_line_at'), ['at'], unique=False)

    op.create_table('council',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('nation', sa.String(length=10), nullable=False),
    sa.Column('brand_colour', sa.String(length=7), nullable=False),
    sa.Column('link_colour', sa.String(length=7), nullable=False),
    sa.Column('sender_name', sa.String(length=120), nullable=False),
    sa.Column('sender_email', sa.String(length=254), nullable=False),
    sa.Column('postal_address', sa.Text(), nullable=False),
    sa.Column('complaint_url', sa.String(length=500), nullable=False),
    sa.Column('complaint_phone', sa.String(length=40), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council'))
    )
    op.create_table('framework',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework')),
    sa.UniqueConstraint('code', name=op.f('uq_framework_code'))
    )
    op.create_table('frozen_passport',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_frozen_passport')),
    sa.UniqueConstraint('code', name=op.f('uq_frozen_passport_code')),
    sa.UniqueConstraint('sha256', name=op.f('uq_frozen_passport_sha256'))
    )
    op.create_table('job_run',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job_run'))
    )
    op.create_table('opt_out',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email_key', sa.String(length=64), nullable=True),
    sa.Column('phone_key', sa.String(length=64), nullable=True),
    sa.Column('customer_ref', sa.String(length=80), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opt_out'))
    )
    with op.batch_alter_table('opt_out', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opt_out_customer_ref'), ['customer_ref'], unique=False)
        batch_op.create_index(batch_op.f('ix_opt_out_email_key'), ['email_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_opt_out_phone_key'), ['phone_key'], unique=False)

    op.create_table('question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('asks', sa.String(length=60), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('code', name=op.f('uq_question_code'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_asks'), ['asks'], unique=False)

    op.create_table('role',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sa.UniqueConstraint('name', name=op.f('uq_role_name'))
    )
    op.create_table('service',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['service.id'], name=op.f('fk_service_parent_id_service')),
    sa.ForeignKeyConstraint(['successor_id'], ['service.id'], name=op.f('fk_service_successor_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service')),
    sa.UniqueConstraint('code', name=op.f('uq_service_code'))
    )
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_parent_id'), ['parent_id'], unique=False)

    op.create_table('site',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site')),
    sa.UniqueConstraint('code', name=op.f('uq_site_code'))
    )
    op.create_table('staff_user',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_user')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_user_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_staff_user_fs_uniquifier'))
    )
    op.create_table('survey',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('customer_kind', sa.Enum('resident', 'business', 'internal', 'partner', name='customerkind', native_enum=False, length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('code', name=op.f('uq_survey_code'))
    )
    op.create_table('team',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('code', name=op.f('uq_team_code'))
    )
    op.create_table('theme',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('keywords', sa.Text(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme')),
    sa.UniqueConstraint('code', name=op.f('uq_theme_code'))
    )
    op.create_table('contact',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('channel', sa.Enum('phone', 'email', 'web', 'webchat', 'sms', 'social', 'face_to_face', 'letter', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('site_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('adviser_ref', sa.String(length=80), nullable=True),
    sa.Column('reason', sa.String(length=120), nullable=True),
    sa.Column('outcome', sa.String(length=120), nullable=True),
    sa.Column('resolved_first_time', sa.Boolean(), nullable=True),
    sa.Column('case_ref', sa.String(length=80), nullable=True),
    sa.Column('open_complaint', sa.Boolean(), nullable=False),
    sa.Column('customer_kind', sa.Enum('resident', 'business', 'internal', 'partner', name='customerkind', native_enum=False, length=32), nullable=False),
    sa.Column('customer_ref', sa.String(length=80), nullable=True),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('customer_group', sa.String(length=80), nullable=True),
    sa.Column('sensitive', sa.Boolean(), nullable=False),
    sa.Column('do_not_survey', sa.Boolean(), nullable=False),
    sa.Column('content_digest', sa.String(length=64), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('draw_outcome', sa.String(length=40), nullable=True),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_contact_service_id_service')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_contact_site_id_site')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_contact_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact')),
    sa.UniqueConstraint('reference', name=op.f('uq_contact_reference'))
    )
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_customer_ref'), ['customer_ref'], unique=False)
        batch_op.create_index('ix_contact_not_drawn', ['id'], unique=False, sqlite_where=sa.text('draw_outcome IS NULL'), postgresql_where=sa.text('draw_outcome IS NULL'))
        batch_op.create_index('ix_contact_occurred_on_service', ['occurred_on', 'service_id'], unique=False)

    op.create_table('element',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('framework_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('criterion', sa.String(length=120), nullable=False),
    sa.Column('sub_criterion', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('survey_evidence', sa.Enum('direct', 'supporting', 'none', name='surveyevidence', native_enum=False, length=32), nullable=False),
    sa.Column('claim', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_element_framework_id_framework')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_element')),
    sa.UniqueConstraint('framework_id', 'number', name=op.f('uq_element_framework_id_number'))
    )
    op.create_table('exhibit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('figure', 'chart', name='exhibitkind', native_enum=False, length=32), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('query', sa.JSON(), nullable=False),
    sa.Column('passport_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pinned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pinned_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['passport_id'], ['frozen_passport.id'], name=op.f('fk_exhibit_passport_id_frozen_passport')),
    sa.ForeignKeyConstraint(['pinned_by'], ['staff_user.id'], name=op.f('fk_exhibit_pinned_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exhibit')),
    sa.UniqueConstraint('number', name=op.f('uq_exhibit_number'))
    )
    op.create_table('question_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('satisfaction', 'agreement', 'ease', 'yes_partly_no', 'text', name='questionkind', native_enum=False, length=32), nullable=False),
    sa.Column('text_type', sa.Enum('why', 'good', 'improve', name='texttype', native_enum=False, length=32), nullable=True),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('short_label', sa.String(length=120), nullable=False),
    sa.Column('hint', sa.Text(), nullable=False),
    sa.Column('missing_message', sa.Text(), nullable=False),
    sa.Column('translations', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_version_question_id_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_version')),
    sa.UniqueConstraint('question_id', 'number', name=op.f('uq_question_version_question_id_number'))
    )
    op.create_table('survey_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('survey_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('label', sa.String(length=20), nullable=False),
    sa.Column('state', sa.Enum('draft', 'published', 'retired', name='versionstate', native_enum=False, length=32), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('length_sentence', sa.Text(), nullable=False),
    sa.Column('routing', sa.JSON(), nullable=True),
    sa.Column('translations', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_version_survey_id_survey')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_version')),
    sa.UniqueConstraint('survey_id', 'label', name=op.f('uq_survey_version_survey_id_label'))
    )
    op.create_table('target',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('measure', sa.String(length=60), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('comparator', sa.Enum('at_least', 'over', name='comparator', native_enum=False, length=32), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('approved_by', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_target_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target'))
    )
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_target_measure'), ['measure'], unique=False)

    op.create_table('user_role',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_user_role_role_id_role')),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_user_role_user_id_staff_user')),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk_user_role'))
    )
    op.create_table('user_service',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_user_service_service_id_service')),
    sa.ForeignKeyConstraint(['user_id'], ['staff_user.id'], name=op.f('fk_user_service_user_id_staff_user')),
    sa.PrimaryKeyConstraint('user_id', 'service_id', name=op.f('pk_user_service'))
    )
    op.create_table('contact_detail',
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('email_key', sa.String(length=64), nullable=True),
    sa.Column('phone_key', sa.String(length=64), nullable=True),
    sa.Column('keep_until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_contact_detail_contact_id_contact')),
    sa.PrimaryKeyConstraint('contact_id', name=op.f('pk_contact_detail'))
    )
    with op.batch_alter_table('contact_detail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_detail_email_key'), ['email_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_detail_keep_until'), ['keep_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_detail_phone_key'), ['phone_key'], unique=False)

    op.create_table('day_tally',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('survey_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('value', sa.String(length=30), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_day_tally_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_day_tally_service_id_service')),
    sa.ForeignKeyConstraint(['survey_version_id'], ['survey_version.id'], name=op.f('fk_day_tally_survey_version_id_survey_version')),
    sa.PrimaryKeyConstraint('day', 'survey_version_id', 'question_version_id', 'value', 'service_id', name=op.f('pk_day_tally'))
    )
    with op.batch_alter_table('day_tally', schema=None) as batch_op:
        batch_op.create_index('ix_day_tally_question_day', ['question_version_id', 'day'], unique=False)

    op.create_table('element_exhibit',
    sa.Column('element_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('exhibit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['element_id'], ['element.id'], name=op.f('fk_element_exhibit_element_id_element')),
    sa.ForeignKeyConstraint(['exhibit_id'], ['exhibit.id'], name=op.f('fk_element_exhibit_exhibit_id_exhibit')),
    sa.PrimaryKeyConstraint('element_id', 'exhibit_id', name=op.f('pk_element_exhibit'))
    )
    with op.batch_alter_table('element_exhibit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_element_exhibit_exhibit_id'), ['exhibit_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('survey_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('state', sa.Enum('open', 'answered', 'opted_out', 'undeliverable', 'failed', 'too_old', 'void', name='invitationstate', native_enum=False, length=32), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opted_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undeliverable_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('site_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.Enum('phone', 'email', 'web', 'webchat', 'sms', 'social', 'face_to_face', 'letter', name='channel', native_enum=False, length=32), nullable=True),
    sa.Column('adviser_ref', sa.String(length=80), nullable=True),
    sa.Column('reason', sa.String(length=120), nullable=True),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('customer_group', sa.String(length=80), nullable=True),
    sa.Column('counts_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_invitation_contact_id_contact')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_invitation_service_id_service')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_invitation_site_id_site')),
    sa.ForeignKeyConstraint(['survey_version_id'], ['survey_version.id'], name=op.f('fk_invitation_survey_version_id_survey_version')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_invitation_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('contact_id', name=op.f('uq_invitation_contact_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_invitation_reference'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index('ix_invitation_counts_on_service', ['counts_on', 'service_id'], unique=False)

    op.create_table('month_tally',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('dimension', sa.Enum('channel', 'team', 'site', 'mode', 'language', 'customer_group', 'reason', name='tallydimension', native_enum=False, length=32), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('survey_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('value', sa.String(length=30), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_month_tally_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_month_tally_service_id_service')),
    sa.ForeignKeyConstraint(['survey_version_id'], ['survey_version.id'], name=op.f('fk_month_tally_survey_version_id_survey_version')),
    sa.PrimaryKeyConstraint('month', 'dimension', 'key', 'survey_version_id', 'question_version_id', 'value', 'service_id', name=op.f('pk_month_tally'))
    )
    with op.batch_alter_table('month_tally', schema=None) as batch_op:
        batch_op.create_index('ix_month_tally_question_month', ['question_version_id', 'dimension', 'month'], unique=False)

    op.create_table('option',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('score', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('is_substantive', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_option_question_version_id_question_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_option')),
    sa.UniqueConstraint('question_version_id', 'code', name=op.f('uq_option_question_version_id_code'))
    )
    op.create_table('survey_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('survey_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('page', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('show_if', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_survey_item_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['survey_version_id'], ['survey_version.id'], name=op.f('fk_survey_item_survey_version_id_survey_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_item')),
    sa.UniqueConstraint('survey_version_id', 'position', name=op.f('uq_survey_item_survey_version_id_position'))
    )
    op.create_table('invitation_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('invitation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.Enum('answer', 'opt_out', name='tokenpurpose', native_enum=False, length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_invitation_token_invitation_id_invitation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation_token')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_invitation_token_token_sha256'))
    )
    with op.batch_alter_table('invitation_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_token_invitation_id'), ['invitation_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('invitation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('invitation', 'reminder', name='messagekind', native_enum=False, length=32), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sent', 'failed', 'dropped', name='messagestate', native_enum=False, length=32), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('provider_id', sa.String(length=254), nullable=True),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_message_invitation_id_invitation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('invitation_id', 'kind', name=op.f('uq_message_invitation_id_kind'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_waiting', ['due_at'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('survey_response',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=True),
    sa.Column('invitation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('survey_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_key', sa.String(length=64), nullable=True),
    sa.Column('mode', sa.Enum('web', 'sms', 'phone', 'kiosk', 'embed', 'paper', 'imported', name='mode', native_enum=False, length=32), nullable=False),
    sa.Column('answered_in', sa.String(length=12), nullable=False),
    sa.Column('is_staff_entered', sa.Boolean(), nullable=False),
    sa.Column('is_test', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('counted', 'quarantined', 'withdrawn', name='responsestate', native_enum=False, length=32), nullable=False),
    sa.Column('quarantine_reason', sa.String(length=60), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('service_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('site_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.Enum('phone', 'email', 'web', 'webchat', 'sms', 'social', 'face_to_face', 'letter', name='channel', native_enum=False, length=32), nullable=True),
    sa.Column('adviser_ref', sa.String(length=80), nullable=True),
    sa.Column('reason', sa.String(length=120), nullable=True),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('customer_group', sa.String(length=80), nullable=True),
    sa.Column('counts_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_survey_response_invitation_id_invitation')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_survey_response_service_id_service')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_survey_response_site_id_site')),
    sa.ForeignKeyConstraint(['survey_version_id'], ['survey_version.id'], name=op.f('fk_survey_response_survey_version_id_survey_version')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_survey_response_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_response')),
    sa.UniqueConstraint('reference', name=op.f('uq_survey_response_reference')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_survey_response_submission_key'))
    )
    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.create_index('ix_survey_response_counts_on_service', ['counts_on', 'service_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_response_invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_index('uq_survey_response_counted_invitation', ['invitation_id'], unique=True, sqlite_where=sa.text("state = 'counted'"), postgresql_where=sa.text("state = 'counted'"))

    op.create_table('answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('response_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('option_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('number', sa.Double(), nullable=True),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['option_id'], ['option.id'], name=op.f('fk_answer_option_id_option')),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_answer_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['response_id'], ['survey_response.id'], name=op.f('fk_answer_response_id_survey_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_response_id'), ['response_id'], unique=False)

    op.create_table('answer_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('response_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_answer_text_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['response_id'], ['survey_response.id'], name=op.f('fk_answer_text_response_id_survey_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_text'))
    )
    with op.batch_alter_table('answer_text', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_text_response_id'), ['response_id'], unique=False)

    op.create_table('response_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('response_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('recorded', 'changed', 'withdrawn', 'quarantined', 'released', name='changekind', native_enum=False, length=32), nullable=False),
    sa.Column('value', sa.String(length=30), nullable=False),
    sa.Column('delta', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('row_digest', sa.String(length=64), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_response_change_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['response_id'], ['survey_response.id'], name=op.f('fk_response_change_response_id_survey_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response_change'))
    )
    with op.batch_alter_table('response_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_response_change_response_id'), ['response_id'], unique=False)
        batch_op.create_index('ix_response_change_to_fold', ['id'], unique=False, sqlite_where=sa.text('delta <> 0'), postgresql_where=sa.text('delta <> 0'))

    op.create_table('comment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answer_text_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('response_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text_type', sa.Enum('why', 'good', 'improve', name='texttype', native_enum=False, length=32), nullable=True),
    sa.Column('redacted_text', sa.Text(), nullable=False),
    sa.Column('removed', sa.JSON(), nullable=False),
    sa.Column('sentiment', sa.String(length=12), nullable=True),
    sa.Column('polarity', sa.Double(), nullable=True),
    sa.Column('confidence', sa.Double(), nullable=True),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('flags', sa.JSON(), nullable=False),
    sa.Column('method', sa.String(length=60), nullable=False),
    sa.Column('analysed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_label', sa.String(length=12), nullable=True),
    sa.Column('person_labelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('person_labelled_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['answer_text_id'], ['answer_text.id'], name=op.f('fk_comment_answer_text_id_answer_text')),
    sa.ForeignKeyConstraint(['person_labelled_by'], ['staff_user.id'], name=op.f('fk_comment_person_labelled_by_staff_user')),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_comment_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['response_id'], ['survey_response.id'], name=op.f('fk_comment_response_id_survey_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment')),
    sa.UniqueConstraint('answer_text_id', name=op.f('uq_comment_answer_text_id'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index('ix_comment_response', ['response_id'], unique=False)

    op.create_table('comment_theme',
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('matched', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_comment_theme_comment_id_comment')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_comment_theme_theme_id_theme')),
    sa.PrimaryKeyConstraint('comment_id', 'theme_id', name=op.f('pk_comment_theme'))
    )
    with op.batch_alter_table('comment_theme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_theme_theme_id'), ['theme_id'], unique=False)



def downgrade():
    with op.batch_alter_table('comment_theme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_theme_theme_id'))

    op.drop_table('comment_theme')
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_index('ix_comment_response')

    op.drop_table('comment')
    with op.batch_alter_table('response_change', schema=None) as batch_op:
        batch_op.drop_index('ix_response_change_to_fold', sqlite_where=sa.text('delta <> 0'), postgresql_where=sa.text('delta <> 0'))
        batch_op.drop_index(batch_op.f('ix_response_change_response_id'))

    op.drop_table('response_change')
    with op.batch_alter_table('answer_text', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_text_response_id'))

    op.drop_table('answer_text')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_response_id'))

    op.drop_table('answer')
    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.drop_index('uq_survey_response_counted_invitation', sqlite_where=sa.text("state = 'counted'"), postgresql_where=sa.text("state = 'counted'"))
        batch_op.drop_index(batch_op.f('ix_survey_response_invitation_id'))
        batch_op.drop_index('ix_survey_response_counts_on_service')

    op.drop_table('survey_response')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_waiting', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.drop_table('message')
    with op.batch_alter_table('invitation_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_token_invitation_id'))

    op.drop_table('invitation_token')
    op.drop_table('survey_item')
    op.drop_table('option')
    with op.batch_alter_table('month_tally', schema=None) as batch_op:
        batch_op.drop_index('ix_month_tally_question_month')

    op.drop_table('month_tally')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index('ix_invitation_counts_on_service')

    op.drop_table('invitation')
    with op.batch_alter_table('element_exhibit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_element_exhibit_exhibit_id'))

    op.drop_table('element_exhibit')
    with op.batch_alter_table('day_tally', schema=None) as batch_op:
        batch_op.drop_index('ix_day_tally_question_day')

    op.drop_table('day_tally')
    with op.batch_alter_table('contact_detail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_detail_phone_key'))
        batch_op.drop_index(batch_op.f('ix_contact_detail_keep_until'))
        batch_op.drop_index(batch_op.f('ix_contact_detail_email_key'))

    op.drop_table('contact_detail')
    op.drop_table('user_service')
    op.drop_table('user_role')
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_target_measure'))

    op.drop_table('target')
    op.drop_table('survey_version')
    op.drop_table('question_version')
    op.drop_table('exhibit')
    op.drop_table('element')
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.drop_index('ix_contact_occurred_on_service')
        batch_op.drop_index('ix_contact_not_drawn', sqlite_where=sa.text('draw_outcome IS NULL'), postgresql_where=sa.text('draw_outcome IS NULL'))
        batch_op.drop_index(batch_op.f('ix_contact_customer_ref'))

    op.drop_table('contact')
    op.drop_table('theme')
    op.drop_table('team')
    op.drop_table('survey')
    op.drop_table('staff_user')
    op.drop_table('site')
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_parent_id'))

    op.drop_table('service')
    op.drop_table('role')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_asks'))

    op.drop_table('question')
    with op.batch_alter_table('opt_out', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opt_out_phone_key'))
        batch_op.drop_index(batch_op.f('ix_opt_out_email_key'))
        batch_op.drop_index(batch_op.f('ix_opt_out_customer_ref'))

    op.drop_table('opt_out')
    op.drop_table('job_run')
    op.drop_table('frozen_passport')
    op.drop_table('framework')
    op.drop_table('council')
    with op.batch_alter_table('audit_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_line_at'))

    op.drop_table('audit_line')
    op.drop_table('asking_rules')
