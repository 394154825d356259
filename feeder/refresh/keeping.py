"""Pages that a refresh read, kept as they came, so that other rules can be tried on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from feeder.models import Page
from feeder.store.pages import Budget, KeptPage, kept_page
from feeder.store.store import Store


@dataclass(slots=True)
class Keeping:
    """Keeps the pages of one source within its budget. Without one, none are kept."""

    source: str
    store: Store
    budget: Budget | None
    now: datetime
    _taken: list[KeptPage] = field(default_factory=list)

    def take(self, address: str, page: Page) -> None:
        """Keep a page that its source knows by this address. Its bytes are on disk at once."""
        if self.budget is not None and len(page.body) <= self.budget.size:
            file = self.store.files.put(page.body)
            self._taken.append(kept_page(address, page, file, self.now))

    def record(self) -> None:
        """Note what was taken, and let go of what goes beyond the budget."""
        if self._taken and self.budget is not None:
            taken, self._taken = self._taken, []
            self.store.keep_pages(self.source, taken, self.budget, self.now)
