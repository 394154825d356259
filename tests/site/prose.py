"""Made-up news, the same for the same seed: headlines and paragraphs of plain English sentences."""

from __future__ import annotations

import random

_WHO = (
    "the harbour master", "a retired teacher", "the town council", "the night nurse", "a beekeeper",
    "the tram company", "the librarian", "an apprentice baker", "the museum", "a school class",
    "the bridge warden", "a marine biologist", "the fire brigade", "the ferry crew", "a watchmaker",
)  # fmt: skip
_DID = (
    "repaired", "measured", "found again", "paid for", "wrote about", "closed", "reopened",
    "photographed", "counted", "restored", "objected to", "asked about", "carried away", "painted",
)  # fmt: skip
_WHAT = (
    "the old lighthouse", "two stoves from the depot", "the swimming hall", "a barrel organ",
    "the northern pier", "three hundred letters", "the market roof", "a fishing boat",
    "the school clock", "the river gauge", "the garden wall", "an unsigned map", "the last orchard",
)  # fmt: skip
_WHEN = (
    "after the storm in March", "before the market opened", "during the long winter",
    "without telling anybody", "for the first time since 1974", "with the help of neighbours",
    "on a Sunday that nobody will forget", "while the committee was still debating",
)  # fmt: skip
_AND = (
    "The work took longer than planned, and the bill was higher than the estimate.",
    "Nobody was hurt, although the road stayed closed until the evening.",
    "What happens next will be decided when the budget is discussed in autumn.",
    "Asked about the cost, the office referred to a report that has not been published.",
    "Older residents remember that something like it happened two generations ago.",
    "A small exhibition in the station hall will show what was found.",
    "The weather, which had been mild for weeks, turned on the same afternoon.",
)


class Prose:
    """Text by a seed; each call goes on where the last one ended."""

    def __init__(self, seed: object) -> None:
        self._random = random.Random(f"prose {seed}")

    def headline(self) -> str:
        """A headline of six to twelve words."""
        one = self._random.choice
        return _upper(f"{one(_WHO)} {one(_DID)} {one(_WHAT)}")

    def sentence(self) -> str:
        """One sentence."""
        one = self._random.choice
        if self._random.random() < 0.3:
            return one(_AND)
        return _upper(f"{one(_WHO)} {one(_DID)} {one(_WHAT)} {one(_WHEN)}.")

    def paragraph(self) -> str:
        """Three to six sentences."""
        return " ".join(self.sentence() for _ in range(self._random.randint(3, 6)))

    def story(self) -> tuple[str, ...]:
        """Five to nine paragraphs: about 200 to 500 words."""
        return tuple(self.paragraph() for _ in range(self._random.randint(5, 9)))

    def name(self) -> str:
        """Of a person."""
        first = self._random.choice(("Ann", "Ida", "Omar", "Lena", "Piet", "Mira", "Jonas", "Edda"))
        last = self._random.choice(("Reed", "Quill", "Haddad", "Brook", "Visser", "Sand", "Falk"))
        return f"{first} {last}"


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
