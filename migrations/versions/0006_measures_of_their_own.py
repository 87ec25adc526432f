"""measures of the council's own, series of others, working days of contacts

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-22 13:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

from survey_app.contacts.processing import processing_days
from survey_app.extensions import UtcDateTime


# revision identifiers, used by Alembic.
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
AT_ONCE = 5_000  # contacts


def upgrade():
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('processing_days', BIG, nullable=True))
    fill_processing_days()

    op.create_table('own_measure',
    sa.Column('id', BIG, nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('version', BIG, nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('question_id', BIG, nullable=False),
    sa.Column('unit', sa.Enum('share', 'net_share', 'mean', 'count', 'days', name='unit', native_enum=False, length=32), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('scale_low', BIG, nullable=True),
    sa.Column('scale_high', BIG, nullable=True),
    sa.Column('lower_is_better', sa.Boolean(), nullable=False),
    sa.Column('defined_by', BIG, nullable=True),
    sa.Column('defined_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['defined_by'], ['staff_user.id'], name=op.f('fk_own_measure_defined_by_staff_user')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_own_measure_question_id_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_measure')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_own_measure_code_version'))
    )
    op.create_table('other_series',
    sa.Column('id', BIG, nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('unit', sa.Enum('share', 'number', 'mean', 'days', 'minutes', 'seconds', name='seriesunit', native_enum=False, length=32), nullable=False),
    sa.Column('target', sa.Double(), nullable=True),
    sa.Column('lower_is_better', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_other_series')),
    sa.UniqueConstraint('code', name=op.f('uq_other_series_code')),
    sa.UniqueConstraint('name', name=op.f('uq_other_series_name'))
    )
    op.create_table('other_point',
    sa.Column('id', BIG, nullable=False),
    sa.Column('series_id', BIG, nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('numerator', BIG, nullable=True),
    sa.Column('denominator', BIG, nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['series_id'], ['other_series.id'], name=op.f('fk_other_point_series_id_other_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_other_point')),
    sa.UniqueConstraint('series_id', 'first', 'last', name=op.f('uq_other_point_series_id_first_last'))
    )


def fill_processing_days():
    """The working days of the contacts that are closed already, some thousands at a time."""
    council = sa.table('council', sa.column('id', BIG), sa.column('nation', sa.String()))
    contact = sa.table('contact', sa.column('id', BIG), sa.column('occurred_at', UtcDateTime()),
                       sa.column('closed_at', UtcDateTime()), sa.column('processing_days', BIG))
    connection = op.get_bind()
    nation = connection.scalar(sa.select(council.c.nation).order_by(council.c.id).limit(1)) or 'England'
    closed = sa.select(contact.c.id, contact.c.occurred_at, contact.c.closed_at).where(contact.c.closed_at.is_not(None))
    filled = sa.update(contact).where(contact.c.id == sa.bindparam('of')).values(processing_days=sa.bindparam('days'))
    last = 0
    while rows := connection.execute(closed.where(contact.c.id > last).order_by(contact.c.id).limit(AT_ONCE)).all():
        connection.execute(filled, [{'of': id, 'days': processing_days(began, ended, nation)} for id, began, ended in rows])
        last = rows[-1].id


def downgrade():
    op.drop_table('other_point')
    op.drop_table('other_series')
    op.drop_table('own_measure')
    op.drop_column('contact', 'processing_days')  # in place: SQLite cannot make a table anew that others point to
