"""Scores that stages share, each tested against an independent implementation; one module a kind of data."""
