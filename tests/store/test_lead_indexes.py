"""Indexes over some leads only: whoever asks for those leads is answered by them, in both databases."""

import pytest
from sqlalchemy import text

from store.database import Database


@pytest.mark.parametrize(
    ("index", "where"),
    [
        ("lead_with_card", "card_ts = '1.2' AND card_channel = 'C1'"),
        ("lead_claimed_by", "owner_id = 1 AND claimed_at >= '2026-01-01' AND claimed_at < '2026-02-01'"),
    ],
)
def test_an_index_of_some_leads_serves_those_who_ask_for_them(database: Database, index: str, where: str) -> None:
    with database.session(writes=False) as session:
        asked = f"SELECT id FROM lead WHERE {where}"  # noqa: S608 - the words above
        if database.is_sqlite:
            told = session.connection().execute(text(f"EXPLAIN QUERY PLAN {asked}")).all()
        else:
            session.connection().execute(text("SET LOCAL enable_seqscan = off"))
            told = session.connection().execute(text(f"EXPLAIN {asked}")).all()
    assert index in str(told)
