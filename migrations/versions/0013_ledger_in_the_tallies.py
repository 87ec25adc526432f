"""the tallies say what was decided about each contact, and what became of each invitation

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-22 17:30:00

"""
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    """No column changes: every part is counted again by the next fold, and until then from its rows."""
    op.execute(
        "INSERT INTO recount (subject, day, service_id) "
        "SELECT DISTINCT 'contacts', occurred_on, service_id FROM contact"
    )
    op.execute(
        "INSERT INTO recount (subject, day, service_id) "
        "SELECT DISTINCT 'invitations', counts_on, service_id FROM invitation"
    )


def downgrade():
    upgrade()
    op.execute("DELETE FROM subject_day_tally WHERE subject = 'drawn'")
    op.execute("DELETE FROM subject_month_tally WHERE subject = 'drawn'")
