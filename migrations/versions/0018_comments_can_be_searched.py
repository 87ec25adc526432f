"""comments can be searched, by words and by what they are about

Each comment gets its words, folded, and its facts as words, in columns that the database keeps right itself; and both
databases get an index of words over them. It is no table of a model: `comment_search` on SQLite is a virtual table that
holds no text, on PostgreSQL a GIN index over two columns that it makes itself. A later migration that makes the table comment anew (batch mode on SQLite)
has to make the triggers again.

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-23 07:10:00

"""
from alembic import op
import sqlalchemy as sa

from survey_app.comments.search.folding import folded


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_COLUMNS = (
    sa.Column('words', sa.Text(), server_default='', nullable=False),
    sa.Column('facts', sa.Text(), server_default='', nullable=False),
    sa.Column('place', _BIG, nullable=True),
)
_BATCH = 2_000

# What hangs on a comment `c`, with its answer `r` and the version of its question `v`.
_FACTS = """'all s' || r.service_id || ' c' || replace(coalesce(r.channel, 'none'), '_', '')
  || ' i' || coalesce(r.site_id, 0) || ' e' || coalesce(r.team_id, 0)
  || ' l' || replace(CASE WHEN c.person_label IS NOT NULL THEN c.person_label
                          WHEN c.needs_review THEN 'waiting_for_review'
                          ELSE coalesce(c.sentiment, 'not_analysed') END, '_', '')
  || ' q' || v.question_id
  || ' g' || lower(replace(coalesce(c.language, r.answered_in), '-', ''))
  || CASE WHEN CAST(c.flags AS TEXT) LIKE '%"request"%' THEN ' nrequest' ELSE '' END
  || CASE WHEN CAST(c.flags AS TEXT) LIKE '%"mixed"%' THEN ' nmixed' ELSE '' END
  || CASE WHEN c.needs_review AND c.person_label IS NULL THEN ' nreview' ELSE '' END
  || CASE WHEN c.person_label IS NOT NULL THEN ' nperson' ELSE '' END
  || CASE WHEN EXISTS (SELECT 1 FROM quote_mark WHERE comment_id = c.id) THEN ' nquote' ELSE '' END
  || CASE WHEN EXISTS (SELECT 1 FROM follow_up WHERE response_id = c.response_id) THEN ' nfollowup' ELSE '' END
  || coalesce((SELECT {joined} FROM comment_theme t WHERE t.comment_id = c.id), '')"""
_PLACE = """CASE WHEN r.state = 'counted' AND NOT r.is_test AND EXISTS (
    SELECT 1 FROM survey_version e JOIN survey s ON s.id = e.survey_id
    WHERE e.id = r.survey_version_id AND s.customer_kind IN ('resident', 'business'))
  THEN {days} * 4294967296 + c.id END"""
_FROM = "survey_response r, question_version v WHERE r.id = c.response_id AND v.id = c.question_version_id"
_JUDGED = "sentiment, person_label, needs_review, flags, language"
_ANSWERED = "state, is_test, service_id, channel, site_id, team_id, counts_on"

_SQLITE_FACTS = _FACTS.format(joined="group_concat(' t' || t.theme_id, '')")
_SQLITE_PLACE = _PLACE.format(days="CAST(julianday(r.counts_on) - 2440587.5 AS INTEGER)")


def _sqlite_told(which):
    return f"""UPDATE comment SET (facts, place) = (
  SELECT {_SQLITE_FACTS}, {_SQLITE_PLACE} FROM comment c, {_FROM} AND c.id = comment.id) WHERE {which};"""


_OUT = "INSERT INTO comment_search (comment_search, rowid, words, facts) VALUES ('delete', OLD.place, OLD.words, OLD.facts);"
_IN = "INSERT INTO comment_search (rowid, words, facts) VALUES (NEW.place, NEW.words, NEW.facts);"
_BROUGHT = ("INSERT INTO comment_search (rowid, words, facts) SELECT NEW.place, NEW.words, NEW.facts "
            "WHERE NEW.place IS NOT NULL;")
_SQLITE = {
    # A row that a backup brings has its place already: it goes in, so that the change after it can take it out.
    'comment_search_made': f"AFTER INSERT ON comment BEGIN {_BROUGHT} {_sqlite_told('id = NEW.id')} END",
    'comment_search_judged': f"AFTER UPDATE OF {_JUDGED} ON comment BEGIN {_sqlite_told('id = NEW.id')} END",
    'comment_search_answer': f"AFTER UPDATE OF {_ANSWERED} ON survey_response BEGIN {_sqlite_told('response_id = NEW.id')} END",
    'comment_search_theme': f"AFTER INSERT ON comment_theme BEGIN {_sqlite_told('id = NEW.comment_id')} END",
    'comment_search_no_theme': f"AFTER DELETE ON comment_theme BEGIN {_sqlite_told('id = OLD.comment_id')} END",
    'comment_search_quote': f"AFTER INSERT ON quote_mark BEGIN {_sqlite_told('id = NEW.comment_id')} END",
    'comment_search_no_quote': f"AFTER DELETE ON quote_mark BEGIN {_sqlite_told('id = OLD.comment_id')} END",
    'comment_search_follow_up': f"AFTER INSERT ON follow_up BEGIN {_sqlite_told('response_id = NEW.response_id')} END",
    'comment_search_no_follow_up': f"AFTER DELETE ON follow_up BEGIN {_sqlite_told('response_id = OLD.response_id')} END",
    # Of what was in the index the very words have to be said to take it out.
    'comment_search_out': f"BEFORE UPDATE OF words, facts, place ON comment WHEN OLD.place IS NOT NULL BEGIN {_OUT} END",
    'comment_search_in': f"AFTER UPDATE OF words, facts, place ON comment WHEN NEW.place IS NOT NULL BEGIN {_IN} END",
    'comment_search_gone': f"AFTER DELETE ON comment WHEN OLD.place IS NOT NULL BEGIN {_OUT} END",
}
_FTS = ("CREATE VIRTUAL TABLE comment_search USING fts5("
        "words, facts, content='comment', content_rowid='place', tokenize='ascii', prefix='3 4 5')")

_POSTGRESQL_FACTS = _FACTS.format(joined="string_agg(' t' || t.theme_id, '')").replace("c.", "NEW.")
_POSTGRESQL_PLACE = _PLACE.format(days="(r.counts_on - DATE '1970-01-01')::bigint").replace("c.", "NEW.")


def _postgresql_told(name, which):
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE comment SET place = place WHERE {which}; RETURN NULL; END $$"""


_POSTGRESQL = {
    'comment_search_facts': f"""CREATE FUNCTION comment_search_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT {_POSTGRESQL_FACTS}, {_POSTGRESQL_PLACE} INTO NEW.facts, NEW.place
  FROM {_FROM.replace("c.", "NEW.")};
  RETURN NEW;
END $$""",
    'comment_search_of_answer': _postgresql_told('comment_search_of_answer', 'response_id = NEW.id'),
    'comment_search_of_new': _postgresql_told('comment_search_of_new', 'id = NEW.comment_id'),
    'comment_search_of_old': _postgresql_told('comment_search_of_old', 'id = OLD.comment_id'),
    'comment_search_of_new_response': _postgresql_told('comment_search_of_new_response', 'response_id = NEW.response_id'),
    'comment_search_of_old_response': _postgresql_told('comment_search_of_old_response', 'response_id = OLD.response_id'),
}
_POSTGRESQL_TRIGGERS = {  # name: (when, table, function)
    'comment_search_made': (f"BEFORE INSERT OR UPDATE OF {_JUDGED}, facts, place", 'comment', 'comment_search_facts'),
    'comment_search_answer': (f"AFTER UPDATE OF {_ANSWERED}", 'survey_response', 'comment_search_of_answer'),
    'comment_search_theme': ("AFTER INSERT", 'comment_theme', 'comment_search_of_new'),
    'comment_search_no_theme': ("AFTER DELETE", 'comment_theme', 'comment_search_of_old'),
    'comment_search_quote': ("AFTER INSERT", 'quote_mark', 'comment_search_of_new'),
    'comment_search_no_quote': ("AFTER DELETE", 'quote_mark', 'comment_search_of_old'),
    'comment_search_follow_up': ("AFTER INSERT", 'follow_up', 'comment_search_of_new_response'),
    'comment_search_no_follow_up': ("AFTER DELETE", 'follow_up', 'comment_search_of_old_response'),
}
_VECTORS = """ALTER TABLE comment
  ADD comment_search_words tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED,
  ADD comment_search_facts tsvector GENERATED ALWAYS AS (to_tsvector('simple', facts)) STORED"""
_GIN = ("CREATE INDEX comment_search ON comment USING gin (comment_search_words, comment_search_facts) "
        "WITH (fastupdate = off) WHERE place IS NOT NULL")


def upgrade():
    for column in _COLUMNS:
        op.add_column('comment', column)
    bind = op.get_bind()
    _fold(bind)
    if bind.dialect.name == 'sqlite':
        op.execute(sa.text(_sqlite_told("true").rstrip(";")))
        op.create_index(op.f('ix_comment_place'), 'comment', ['place'], unique=True)
        bind.exec_driver_sql(_FTS)
        bind.exec_driver_sql("INSERT INTO comment_search (rowid, words, facts) "
                             "SELECT place, words, facts FROM comment WHERE place IS NOT NULL")
        for name, body in _SQLITE.items():
            bind.exec_driver_sql(f"CREATE TRIGGER {name} {body}")
        return
    for function in _POSTGRESQL.values():
        bind.exec_driver_sql(function.replace("%", "%%"))
    for name, (when, table, function) in _POSTGRESQL_TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
    op.execute("UPDATE comment SET place = place")
    op.create_index(op.f('ix_comment_place'), 'comment', ['place'], unique=True)
    op.execute(_VECTORS)  # stored, so that the planner knows how often words come
    op.execute(_GIN)


def downgrade():
    if op.get_bind().dialect.name == 'sqlite':
        for name in _SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE comment_search")
    else:
        op.execute("DROP INDEX comment_search")
        op.execute("ALTER TABLE comment DROP comment_search_words, DROP comment_search_facts")
        for name, (_when, table, _function) in _POSTGRESQL_TRIGGERS.items():
            op.execute(f"DROP TRIGGER {name} ON {table}")
        for name in _POSTGRESQL:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index(op.f('ix_comment_place'), 'comment')
    for column in reversed(_COLUMNS):
        op.drop_column('comment', column.name)


def _fold(bind):
    comment = sa.table('comment', sa.column('id'), sa.column('redacted_text'), sa.column('words'))
    last, change = 0, sa.update(comment).where(comment.c.id == sa.bindparam('number'))
    while rows := bind.execute(
        sa.select(comment.c.id, comment.c.redacted_text).where(comment.c.id > last).order_by(comment.c.id).limit(_BATCH)
    ).all():
        bind.execute(change.values(words=sa.bindparam('folded')), [{'number': n, 'folded': folded(t)} for n, t in rows])
        last = rows[-1][0]
