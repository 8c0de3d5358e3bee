"""One page as the choosers of title, authors and date see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.parse.structured import Declared
from transforms.parse.walk import Piece


@dataclass(frozen=True, slots=True)
class View:
    """Declarations, pieces, and where headline and text stand among the pieces (-1 where they do not)."""

    url: str
    host: str
    declared: Declared
    pieces: Sequence[Piece]
    title: int
    first: int
    last: int
    document_title: str = ""
    script_dates: tuple[str, ...] = ()
    attribute_dates: tuple[str, ...] = ()
    month_first: bool | None = None
    """Whether 5/3/2024 is the third of May here; None where nothing tells."""

    @property
    def site(self) -> str:
        """What the page calls its outlet, else the host."""
        return self.declared.meta("og:site_name", "application-name", "twitter:site") or self.host.removeprefix("www.")

    def is_within(self, index: int) -> bool:
        """True for the pieces well inside the text, where hardly a byline or a date of publication stands."""
        return self.first + 4 <= index <= self.last - 4

    def near(self, margin_before: int = 15, margin_after: int = 15) -> range:
        """Indexes of the pieces around the article, its own included."""
        if self.first < 0:
            return range(min(len(self.pieces), 400))
        start = min(self.first, self.title) if self.title >= 0 else self.first
        return range(max(start - margin_before, 0), min(self.last + margin_after, len(self.pieces)))
