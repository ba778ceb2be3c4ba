"""The catalogue of blackbox_exporter against what version 0.23 answered, once with each of its probers."""

from pathlib import Path

import pytest

from gw2mon import catalogs
from tests.catalogs.exposition import absent, complaints, families

RECORDED = sorted((Path(__file__).parent / "recorded").glob("blackbox-*.prom"))
PROBES = [path for path in RECORDED if not path.name.endswith("-metrics.prom")]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_blackbox_exporter_exposes_what_is_declared(path):
    metrics = catalogs.instantiate("blackbox", "probes", {"runtime": True})

    assert complaints(path.read_text(), metrics, catalogs.load("blackbox")) == []


@pytest.mark.parametrize("path", PROBES, ids=lambda path: path.stem)
def test_what_every_probe_gives_is_marked_so(path):
    metrics = [metric for metric in catalogs.load("blackbox").metrics if metric.name.startswith("probe_")]

    assert absent(path.read_text(), metrics) == []


def test_every_prober_was_recorded():
    seen = {name for path in PROBES for name in families(path.read_text())}

    assert {"probe_http_ssl", "probe_dns_query_succeeded", "probe_icmp_reply_hop_limit", "probe_grpc_ssl"} <= seen
