"""a council's first day: logo, uploaded files, a pause in asking, the test message

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22 09:18:55

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    # before a table points to it: SQLite makes the table anew, for "Northern Ireland" has more than ten letters
    with op.batch_alter_table('council', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column('nation',
               existing_type=sa.VARCHAR(length=10),
               type_=sa.String(length=20),
               existing_nullable=False)

    with op.batch_alter_table('asking_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_paused', sa.Boolean(), nullable=False, server_default=sa.false()))

    op.create_table('logo',
    sa.Column('council_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['council_id'], ['council.id'], name=op.f('fk_logo_council_id_council')),
    sa.PrimaryKeyConstraint('council_id', name=op.f('pk_logo'))
    )
    op.create_table('contacts_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('keep_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contacts_file')),
    sa.UniqueConstraint('imported_at', name=op.f('uq_contacts_file_imported_at')),
    sa.UniqueConstraint('reference', name=op.f('uq_contacts_file_reference'))
    )


def downgrade():
    op.drop_table('contacts_file')
    op.drop_table('logo')
    with op.batch_alter_table('asking_rules', schema=None) as batch_op:
        batch_op.drop_column('is_paused')

    with op.batch_alter_table('council', schema=None) as batch_op:
        batch_op.alter_column('nation',
               existing_type=sa.String(length=20),
               type_=sa.VARCHAR(length=10),
               existing_nullable=False)
        batch_op.drop_column('tested_at')
