"""What ``python -m course_utils data …`` does: each function prints, and returns the exit status."""

import sys

from ..datasets import catalogue, fetch
from ..datasets.cards import SOURCES, DataError, size_text
from ..errors import CourseError
from ..stages import Stage, command, find

__all__ = ["fetch_data", "list_data", "verify_data"]

FROM_OUTSIDE = ("downloaded", "folder")


def list_data() -> int:
    """Print every data set: stages, name, size, source, whether it is here, licence. Returns 0."""
    rows = [("stage", "name", "size", "source", "here", "licence")]
    for name in catalogue.names():
        card = catalogue.card(name)
        ready = "yes" if card.source not in FROM_OUTSIDE or fetch.here(card) else "no"
        stages = ",".join(map(str, card.stages))
        rows.append((stages, name, size_text(card.bytes), SOURCES[card.source], ready, card.licence))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    print(
        f"\nDownloads are kept in {fetch.cache_folder()}. What is put there by hand lies in the folder that COURSE_DATA names."
    )
    return 0


def fetch_data(wanted: list[str]) -> int:
    """Download and verify data sets.

    Args:
        wanted: names of data sets, or stages (numbers, or names as ``stages.find`` takes them), whose downloads are all
            meant; a name of both is the data set's.
    Returns: 0; 1 where a file could not be had; 2, and nothing is fetched, where a name or number is unknown.
    """
    chosen = []
    downloads = [card for card in map(catalogue.card, catalogue.names()) if card.source in FROM_OUTSIDE]
    try:
        if not wanted:
            raise CourseError(f"say what to fetch: {', '.join(card.name for card in downloads)}, or a stage's number")
        for text in wanted:
            stage = _stage(text)
            if stage is None:
                chosen.append(catalogue.card(text))
                continue
            found = [card for card in downloads if stage.number in card.stages]
            if not found:
                print(f"Stage {stage.number} needs no download.")
            chosen += found
    except ValueError as error:
        print(f"Nothing fetched: {error}", file=sys.stderr)
        return 2
    status = 0
    for card in {card.name: card for card in chosen}.values():
        if card.source == "folder" and fetch.here(card):
            print(f"{card.name}: {fetch.by_hand(card)} (put there by hand)")
        elif card.source == "folder":
            print(
                f"{card.name}: not fetched: its publisher has no fixed address for it. Get it ({card.get}) and put it into "
                f"{card.folder} of the folder that COURSE_DATA names; it needs {', '.join(card.needs)} there.",
                file=sys.stderr,
            )
            status = 1
        elif not card.files:
            print(f"{card.name}: nothing to fetch ({SOURCES[card.source]})")
        try:
            for file in card.files:
                print(f"{card.name}: {fetch.fetch(file)} ({size_text(file.bytes)}, verified)")
        except DataError as error:
            print(f"{card.name}: {error}", file=sys.stderr)
            status = 1
    return status


def _stage(text: str) -> Stage | None:
    """The stage that is meant; None for the name of a data set, and for what is neither."""
    if text in catalogue.names():
        return None
    try:
        return find(text)
    except ValueError:
        if text.isdecimal():
            raise
        return None


def verify_data() -> int:
    """Compare every data set that is here with its card. Returns 0, or 1 where one is damaged (named)."""
    status = 0
    for name in catalogue.names():
        card, wrong = catalogue.card(name), catalogue.verify(name)
        if wrong:
            status = 1
            again = f". Delete it, then: {command(f'data fetch {name}')}" if card.files else ""
            print(f"DAMAGED  {name}: {wrong}{again}", file=sys.stderr)
        else:
            absent = card.source in FROM_OUTSIDE and not fetch.here(card)
            print(f"{'not here' if absent else 'OK      '} {name}")
    return status
