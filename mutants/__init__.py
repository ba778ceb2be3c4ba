"""Defects planted in correct monitoring, one at a time, and who notices them: gw2mon, promtool, amtool."""
