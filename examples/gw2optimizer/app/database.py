"""Builds, teams and users in a relational database. Its queries and connections are measured by `watch_engine`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gw2optimizer.adapters import watch_engine
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import CreateTable, UniqueConstraint

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Table(DeclarativeBase):
    """What all tables share."""


class Build(Table):
    """A character: what it is and what for."""

    __tablename__ = "builds"
    __table_args__ = (UniqueConstraint("author", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    author: Mapped[str]
    profession: Mapped[str]
    game_mode: Mapped[str]


class Team(Table):
    """Players who fight together."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    game_mode: Mapped[str]
    size: Mapped[int]


class User(Table):
    """Somebody, and when we last saw them."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen: Mapped[datetime]


def connect(url: str) -> Engine:
    """Open the database, with all tables in it."""
    engine = create_engine(url)
    watch_engine(engine)
    with engine.begin() as connection:
        for table in Table.metadata.sorted_tables:
            # Several workers start at once: between a look and a creation another one may be faster.
            connection.execute(CreateTable(table, if_not_exists=True))
    return engine


def answers(engine: Engine) -> bool:
    """Whether the database answers."""
    with engine.connect() as connection:
        return connection.scalar(select(1)) == 1


def active_users(engine: Engine) -> int:
    """How many users we have seen within a day."""
    with Session(engine) as session:
        since = datetime.now(UTC) - timedelta(days=1)
        return session.scalar(select(func.count()).select_from(User).where(User.seen > since)) or 0


def see(session: Session, user: str) -> None:
    """Remember that a user was here."""
    known = session.get(User, user)
    if known is None:
        session.add(User(name=user, seen=datetime.now(UTC)))
    else:
        known.seen = datetime.now(UTC)
