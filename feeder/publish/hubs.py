"""What WebSub hubs are told: that a document of a feed has changed (W3C WebSub, 6)."""

from __future__ import annotations

import json

from feeder.config.settings import is_for_this_machine
from feeder.models import Document, Feed
from feeder.store.outbox import PING, Message


def pings(feed: Feed, document: Document) -> tuple[Message, ...]:
    """A message to each hub of a feed whose document has changed.

    None of a page for people, which names no hub, nor of what no hub can reach. A private feed has
    no hubs.
    """
    if "html" in document.media_type or is_for_this_machine(feed.self_url):
        return ()
    body = {"topic": feed.self_url}
    return tuple(
        Message(PING, hub, feed.self_url, json.dumps(body | {"hub": hub}))
        for hub in dict.fromkeys(feed.hubs)
    )
