"""Alembic's entry: runs in the connection that the caller has opened."""

from alembic import context
from sqlmodel import SQLModel

from store import models

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata if models else None,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
