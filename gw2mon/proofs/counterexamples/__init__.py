"""Counter-examples: what `gw2mon check` says of an alert, shown by the user's own promtool.

An alert that can never fire is fed the most extreme inputs that the spec allows, and must stay silent; one that always
fires is fed healthy ones, and must fire. Where promtool sees it otherwise the finding is wrong, and that is said aloud.
"""

from __future__ import annotations

from gw2mon.proofs.counterexamples.claims import Claim, claims, claims_of
from gw2mon.proofs.counterexamples.judging import Judgement, judge, judge_refusal
from gw2mon.proofs.counterexamples.promtools import Promtool, promtools
from gw2mon.proofs.counterexamples.written import Demonstration, demonstration

__all__ = (
    "Claim",
    "Demonstration",
    "Judgement",
    "Promtool",
    "claims",
    "claims_of",
    "demonstration",
    "judge",
    "judge_refusal",
    "promtools",
)
