"""Dashboards about what is promised: one for each service that promises something, and one for all of them."""
