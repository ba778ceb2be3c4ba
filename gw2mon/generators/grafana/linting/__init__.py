"""Rules of the dashboard linter, by what they look at; `lint` runs them all."""
