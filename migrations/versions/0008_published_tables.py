"""published tables

Revision ID: 0008
Revises: 0006
Create Date: 2026-11-22 13:10:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0008'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    big = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('published_edition',
    sa.Column('id', big, nullable=False),
    sa.Column('measure', sa.String(length=60), nullable=False),
    sa.Column('definition', sa.String(length=80), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('number', big, nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('passport_id', big, nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', big, nullable=True),
    sa.ForeignKeyConstraint(['passport_id'], ['frozen_passport.id'], name=op.f('fk_published_edition_passport_id_frozen_passport')),
    sa.ForeignKeyConstraint(['published_by'], ['staff_user.id'], name=op.f('fk_published_edition_published_by_staff_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_edition')),
    sa.UniqueConstraint('measure', 'first', 'number', name=op.f('uq_published_edition_measure_first_number'))
    )


def downgrade():
    op.drop_table('published_edition')
