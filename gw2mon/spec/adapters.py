"""Libraries that report by themselves: which function of the generated module takes what they do."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.values import Identifier, MetricName, Section

_MAPPING = "What an argument is given, where it is not called so: {seconds: duration}."


class Sqlalchemy(Section):
    """Queries and the pool of SQLAlchemy. It tells operation, table, duration and error."""

    query: Identifier | None = Field(None, description="The function that is called for each query.")
    arguments: dict[Identifier, Identifier] = Field({}, description=_MAPPING)
    connections: MetricName | None = Field(None, description="The gauge of connections in use.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.query is None and self.connections is None:
            raise PydanticCustomError("form", "say what queries or connections move: query: track_db_query")
        if self.query is None and self.arguments:
            raise PydanticCustomError("form", "arguments are those of a function; name it: query: track_db_query")
        return self


class HttpClient(Section):
    """Requests of an HTTP client. It tells service, endpoint, method, status and duration."""

    request: Identifier = Field(description="The function that is called for each request.")
    arguments: dict[Identifier, Identifier] = Field({}, description=_MAPPING)


class Redis(Section):
    """Look-ups and changes in Redis. It tells operation, result and duration."""

    operation: Identifier = Field(description="The function that is called for each operation.")
    arguments: dict[Identifier, Identifier] = Field({}, description=_MAPPING)


class Adapters(Section):
    """Libraries that report by themselves."""

    sqlalchemy: Sqlalchemy | None = Field(None, description="Queries and connections.")
    httpx: HttpClient | None = Field(None, description="Requests of httpx.")
    requests: HttpClient | None = Field(None, description="Requests of requests.")
    redis: Redis | None = Field(None, description="Operations of redis.")
