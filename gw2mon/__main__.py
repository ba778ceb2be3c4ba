"""`python -m gw2mon`."""

from gw2mon.cli import main

main()
