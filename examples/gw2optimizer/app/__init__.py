"""A small GW2Optimizer: builds, teams and a language model, watched by what gw2mon generates."""
