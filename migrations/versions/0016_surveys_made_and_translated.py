"""surveys are made, routed and translated: drafts as documents, more kinds of question, messages in own words

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-23 02:55:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_COLUMNS = {
    'asking_rules': [sa.Column('text_part_price', _BIG, nullable=True)],
    'survey': [sa.Column('is_bilingual', sa.Boolean(), server_default='0', nullable=False)],
    'survey_version': [
        sa.Column('page_titles', sa.JSON(), nullable=True),
        sa.Column('bsl_url', sa.String(length=500), server_default='', nullable=False),
    ],
    'question_version': [sa.Column('limits', sa.JSON(), nullable=True)],
    'option': [
        sa.Column('is_other', sa.Boolean(), server_default='0', nullable=False),
        sa.Column('icon', sa.String(length=30), server_default='', nullable=False),
    ],
    'survey_draft': [sa.Column('shown_in', sa.String(length=12), nullable=True)],
    'survey_item': [
        sa.Column('stem', sa.Text(), server_default='', nullable=False),
        sa.Column('is_always_shown', sa.Boolean(), server_default='1', nullable=False),
    ],
}


def upgrade():
    op.create_table('survey_edit',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('survey_id', _BIG, nullable=False),
    sa.Column('revision', _BIG, nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('what', sa.String(length=120), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('edited_by', _BIG, nullable=True),
    sa.ForeignKeyConstraint(['edited_by'], ['staff_user.id'], name=op.f('fk_survey_edit_edited_by_staff_user')),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_edit_survey_id_survey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_edit')),
    sa.UniqueConstraint('survey_id', 'revision', name=op.f('uq_survey_edit_survey_id_revision'))
    )
    op.create_table('survey_picture',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_picture')),
    sa.UniqueConstraint('sha256', name=op.f('uq_survey_picture_sha256'))
    )
    op.create_table('survey_file',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('survey_id', _BIG, nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('keep_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_file_survey_id_survey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_file')),
    sa.UniqueConstraint('reference', name=op.f('uq_survey_file_reference'))
    )
    op.create_table('language',
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('own_name', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_language'))
    )
    op.create_table('message_text',
    sa.Column('id', _BIG, nullable=False),
    sa.Column('survey_id', _BIG, nullable=False),
    sa.Column('kind', sa.Enum('invitation', 'reminder', name='messagekind', native_enum=False, length=32), nullable=False),
    sa.Column('way', sa.Enum('email', 'sms', 'letter', name='way', native_enum=False, length=32), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('earlier_subject', sa.String(length=200), nullable=False),
    sa.Column('earlier_body', sa.Text(), nullable=True),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_message_text_survey_id_survey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_text')),
    sa.UniqueConstraint('survey_id', 'kind', 'way', 'language', name=op.f('uq_message_text_survey_id_kind_way_language'))
    )
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
    # A draft is a document now; one that was imported before stays as a version that nobody is asked.
    op.execute("UPDATE survey_version SET state = 'retired' WHERE state = 'draft'")


def downgrade():
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name)
    op.drop_table('message_text')
    op.drop_table('language')
    op.drop_table('survey_file')
    op.drop_table('survey_picture')
    op.drop_table('survey_edit')
