"""`gw2mon verify`: is what the specs declare what the application exposes, and what Prometheus has loaded?

Pure functions: a Model and an exposition, or a Model and the answers of Prometheus' HTTP API, become findings.
"""

from __future__ import annotations

from gw2mon.verifying.exposed import Asked, Motion, differences, lines_of
from gw2mon.verifying.loaded import rule_differences
from gw2mon.verifying.present import missing_series, questions
from gw2mon.verifying.running import target_differences
from gw2mon.verifying.settings import setting_differences

__all__ = [
    "Asked",
    "Motion",
    "differences",
    "lines_of",
    "missing_series",
    "questions",
    "rule_differences",
    "setting_differences",
    "target_differences",
]
