"""Stage 7: known distributions, paintings, players of a game."""
