"""An article's own page as a draft, the same for every kind that fetches it."""

from __future__ import annotations

from feeder.encoding import decode
from feeder.errors import NoArticleError, NotTextError
from feeder.models import Candidate, Draft, Key, Page
from feeder.text import one_line
from feeder.urls import address_key

_MARKUP = ("text/", "application/xhtml+xml", "application/xml", "application/octet-stream")
"""What a page may call itself. Many servers call pages plain text, or nothing in particular."""


def draft_of(candidate: Candidate, page: Page) -> Draft:
    """The page of a candidate, with all that its listing told of it.

    Raises:
        NotTextError: it is an image, a PDF, or other binary data.
        NoArticleError: it is empty.
    """
    media_type = (page.media_type or "").lower()
    if media_type and not media_type.startswith(_MARKUP):
        raise NotTextError(
            f"it is no page but {one_line(media_type)[:80]}",
            advice="leave such addresses out with exclude in [list]",
        )
    content = decode(page.body, charset=page.charset, markup=True).text
    if not content.strip():
        raise NoArticleError("the page is empty")
    addresses = (candidate.address, page.final_url)
    keys = (*candidate.keys, *(Key("url", address_key(address)) for address in addresses))
    return Draft(
        shape="page",
        content=content,
        facts=candidate.facts,
        base_url=page.final_url,
        keys=tuple(dict.fromkeys(keys)),
        fallback_date=candidate.modified or page.modified,
    )
