"""The text index of leads: made with the tables, and kept in step by the database itself, however rows are written.

SQLite: a full-text table without content, filled by triggers (a later migration that rebuilds the table `lead` has to
make them again). PostgreSQL: an index over the words of each row. Both hold every word of a lead's name, addresses,
company, title, message and extra fields, in the spelling that searches use.
"""

from typing import Any

from sqlalchemy import Connection, event
from sqlmodel import SQLModel

TEXTS = ("name", "email", "phone", "company", "title", "message")
# Positions and sizes are not kept: phrases are looked up again in the row, and nothing is ranked by length.
SQLITE_TABLE = """
    CREATE VIRTUAL TABLE IF NOT EXISTS lead_words USING fts5(
        words, content='', detail='none', columnsize=0, tokenize='unicode61 remove_diacritics 2')
"""
# In a trigger FTS5 writes its words out after every single row, which costs four times as much as all rows of an import
# at one go: whoever brings those has them indexed, by SQLITE_TAKE_IN.
SQLITE_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS lead_vocabulary USING fts5vocab('lead_words', 'row')"


def sqlite_text(row: str) -> str:
    """All words of a row; of the extra fields texts and whole numbers."""
    texts = " || ' ' || ".join(f"coalesce({row}.{name}, '')" for name in TEXTS)
    # Made of the names above and nothing else.
    own = f"SELECT group_concat(value, ' ') FROM json_each({row}.fields) WHERE type IN ('text', 'integer')"  # noqa: S608
    return f"{texts} || CASE WHEN {row}.fields = '{{}}' THEN '' ELSE ' ' || coalesce(({own}), '') END"


def sqlite_statements() -> list[str]:
    put = "INSERT INTO lead_words"
    added = f"{put} (rowid, words) VALUES (new.id, {sqlite_text('new')})"
    gone = f"{put} (lead_words, rowid, words) VALUES ('delete', old.id, {sqlite_text('old')})"
    changed = f"{gone}; {added}"
    events = {
        "added": ("INSERT ON lead WHEN new.import_id IS NULL", added), "gone": ("DELETE ON lead", gone),
        "changed": (f"UPDATE OF {', '.join(TEXTS)}, fields ON lead", changed),
    }  # fmt: skip
    triggers = [
        f"CREATE TRIGGER IF NOT EXISTS lead_words_{name} AFTER {event} BEGIN {what}; END"
        for name, (event, what) in events.items()
    ]
    again = [
        f"{put} (lead_words) VALUES ('delete-all')",
        f"{put} (rowid, words) SELECT id, {sqlite_text('lead')} FROM lead",  # noqa: S608
    ]
    return [SQLITE_TABLE, SQLITE_VOCABULARY, *triggers, *again]


SQLITE_TAKE_IN = f"""
    INSERT INTO lead_words (rowid, words)
    SELECT id, {sqlite_text("lead")} FROM lead WHERE id BETWEEN ? AND ? AND import_id IS NOT NULL
"""  # noqa: S608 - names from above


# A Latin letter without its accents; other scripts' marks make other letters. Then small, then only letters and digits.
POSTGRES_WORDS = r"""
    CREATE OR REPLACE FUNCTION dibs_words(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT btrim(regexp_replace(
            CASE WHEN octet_length(t) = length(t) THEN lower(t)
                 ELSE translate(lower(normalize(
                     regexp_replace(normalize(t, NFD), '([A-Za-z])[\u0300-\u036f]+', '\1', 'g'), NFC)), 'ςµ', 'σμ')
            END, '[^[:alnum:]]+', ' ', 'g'))
    $$
"""
# Texts and whole numbers, as SQLite's triggers take them. The cost keeps the planner from working out the words of row
# after row, newest first, where the index has them.
POSTGRES_VALUES = r"""
    CREATE OR REPLACE FUNCTION dibs_values(own json, hidden text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5000 AS $$
        SELECT CASE WHEN own::text = '{}' THEN '' ELSE (
            SELECT coalesce(string_agg(value #>> '{}', ' '), '') FROM json_each(own)
            WHERE key <> ALL (hidden)
              AND (json_typeof(value) = 'string' OR (json_typeof(value) = 'number' AND value::text !~ '[.eE]'))
        ) END
    $$
"""
# The quick way fails on a word of more than 2,046 bytes, and nothing may keep a lead from being stored.
POSTGRES_LEXEMES = """
    CREATE OR REPLACE FUNCTION dibs_lexemes(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN octet_length(words) <= 2000
            THEN array_to_tsvector(array_remove(string_to_array(words, ' '), ''))
            ELSE to_tsvector('simple'::regconfig, words) END
    $$
"""


def postgres_lexemes(row: str = "") -> str:
    """The words of a row as they are indexed; `row` is "" or "lead."."""
    texts = " || ' ' || ".join(f"coalesce({row}{name}, '')" for name in TEXTS)
    return f"dibs_lexemes(dibs_words({texts} || ' ' || dibs_values({row}fields, '{{}}')))"


POSTGRES_INDEX = f"CREATE INDEX IF NOT EXISTS lead_words ON lead USING gin ({postgres_lexemes()})"


def make(connection: Connection) -> None:
    """Make the index over all leads there are; again changes nothing."""
    postgres = [POSTGRES_WORDS, POSTGRES_VALUES, POSTGRES_LEXEMES, POSTGRES_INDEX]
    for statement in sqlite_statements() if connection.dialect.name == "sqlite" else postgres:
        connection.exec_driver_sql(statement.replace("%", "%%"))


@event.listens_for(SQLModel.metadata, "after_create")
def make_with_tables(_metadata: Any, connection: Connection, **_: Any) -> None:
    """Tables that are made at once, rather than by migrations, have the index too."""
    make(connection)
