"""What lists have in common. The annotations here are read, so this file does not postpone them."""

from dataclasses import dataclass

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list.

    Attributes:
        limit: How many, 1 to 1000.
        offset: How many to skip.
    """

    limit: int = 50
    offset: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= LONGEST or not 0 <= self.offset < 2**31:
            raise ValueError(f"a page has 1 to {LONGEST} entries, and its offset is 0 or more")
