"""grafanalib stays out of sight: it is slow to import, and nothing but the seam may lean on it."""

import subprocess
import sys

from tests.grafana import making


def test_no_command_pays_for_grafanalib_before_it_makes_a_dashboard():
    code = "import sys; import gw2mon.cli; from gw2mon.generators import grafana; print('grafanalib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=making.CHECKOUT)
    assert done.stdout.strip() == "False"
