# ruff: noqa: INP001 - a script
"""What backends do, without any metrics: check a body, ask a database for a row and for some more, answer with them.

python backend.py PORT
"""

import sys
import time

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    """All tables."""


class Build(Base):
    """A row of the only table."""

    __tablename__ = "builds"
    id: Mapped[int] = mapped_column(primary_key=True)
    profession: Mapped[str]
    name: Mapped[str]


class Wish(BaseModel):
    """What is asked for."""

    profession: str
    skills: list[int]


class Found(BaseModel):
    """What is answered."""

    id: int
    profession: str
    name: str


app = FastAPI()
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


@app.post("/builds")
async def builds(wish: Wish) -> list[Found]:
    """Ten builds of a profession."""
    with Session(engine) as session:
        first = session.get_one(Build, 1)
        wanted = select(Build).where(Build.profession == wish.profession, Build.id > first.id).limit(10)
        rows = session.scalars(wanted)
        return [Found(id=row.id, profession=row.profession, name=row.name) for row in rows]


@app.get("/processor")
async def processor() -> float:
    """The processor time that this process has used."""
    return time.process_time()


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as prepared:
        prepared.add_all(Build(profession="Guardian", name=f"Build {number}") for number in range(50))
        prepared.commit()
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
