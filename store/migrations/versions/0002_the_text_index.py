"""The text index"""

from alembic import op

from store import search_index

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    search_index.make(op.get_bind())
