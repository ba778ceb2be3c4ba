"""Pictures of the generated dashboards, for people to look at."""
