"""What Prometheus scrapes: jobs with targets or discovery, and the labels that targets carry."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.metrics import LabelValues
from gw2mon.spec.values import Duration, InNameOrder, LabelName, LabelValue, Section, Slug, Text, Window


class ScrapeDefaults(Section):
    """How often Prometheus scrapes and evaluates; shared by all services."""

    interval: Window | None = Field(None, description="Time between two scrapes of a target; 15s by default.")
    timeout: Duration | None = Field(None, description="When a scrape is given up; 10s by default.")
    evaluation: Window | None = Field(
        None, description="Time between two evaluations of a rule; the interval by default."
    )


class Probe(Section):
    """Probing through a blackbox exporter."""

    module: Text = Field(description="Module of the exporter, such as http_2xx.")
    through: Text = Field(description="host:port of the exporter.")


class Authorization(Section):
    """Credentials for a scrape, by file."""

    type: Text = Field("Bearer", description="Scheme of the Authorization header.")
    credentials_file: Text = Field(description="Path of the file that holds the token.")


class Job(Section):
    """One scrape job."""

    targets: tuple[Text, ...] = Field((), description="host:port of each target; URLs when probed.")
    discovery: dict[str, Any] = Field(
        {}, description="Prometheus' own discovery blocks, such as kubernetes_sd_configs."
    )
    exposes: tuple[Slug, ...] = Field((), description="Groups of metrics that its targets expose.")
    path: Text = Field("/metrics", description="Where the metrics are.")
    scheme: Literal["http", "https"] = Field("http", description="How the target is reached.")
    interval: Window | None = Field(None, description="Another scrape interval than the default.")
    timeout: Duration | None = Field(None, description="Another timeout than the default.")
    params: Annotated[dict[str, tuple[Text, ...]], InNameOrder] = Field({}, description="URL parameters of the scrape.")
    authorization: Authorization | None = Field(None, description="Credentials, by file.")
    honor_labels: bool = Field(default=False, description="Keep job and instance labels that the target itself writes.")
    probe: Probe | None = Field(None, description="Probe the targets through a blackbox exporter.")
    labels: dict[LabelName, LabelValue] = Field({}, description="Labels with a fixed value on every series.")
    platform_labels: dict[LabelName, LabelValues] = Field(
        {}, description="Labels that discovery adds, with their values."
    )
    relabel: tuple[dict[str, Any], ...] = Field((), description="Prometheus' relabel_configs, as they are.")
    metric_relabel: tuple[dict[str, Any], ...] = Field(
        (), description="Prometheus' metric_relabel_configs, as they are."
    )

    @model_validator(mode="after")
    def _reaches_something(self) -> Self:
        if not self.targets and not self.discovery:
            raise PydanticCustomError("form", 'a job needs targets: ["host:port"] or a discovery block')
        unknown = [name for name in self.discovery if not name.endswith("_sd_configs")]
        if unknown:
            raise PydanticCustomError(
                "form", "{name} is no discovery block; their names end in _sd_configs", {"name": unknown[0]}
            )
        for target in self.targets if self.probe is None else ():
            if "://" in target or "/" in target or not target.rpartition(":")[2].isdigit():
                raise PydanticCustomError(
                    "form", "target {target} is written host:port, without scheme or path", {"target": target}
                )
        return self
