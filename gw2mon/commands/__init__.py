"""Commands that are more than a few lines; the command line in `gw2mon.cli` declares their options and calls them."""
