"""Notifications to people, by mail, chat or push: whatever Apprise knows an address for.

Apprise makes its own connections: the addresses are the person's, and no site has a say in them.
"""

from __future__ import annotations

import logging

from feeder.errors import FetchError


def notify(address: str, title: str, text: str) -> None:
    """Send a notification to an address in Apprise's form, such as "mailto://…".

    Raises:
        FetchError: it was not taken. Neither the address nor anything in it is in the message.
    """
    try:
        import apprise  # .3 s, and for those alone who are to be told something
    except ImportError:
        raise FetchError(
            "Apprise is not installed", advice="install it with: pip install 'feeder[notify]'"
        ) from None
    # It writes addresses, and what servers say, to its own log.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    try:
        teller = apprise.Apprise()
        is_known = teller.add(address)
        taken = is_known and teller.notify(title=title, body=text, body_format="text")
    except Exception as error:
        # Of a hundred services each has faults of its own, and their words may hold the address.
        raise FetchError(f"the notification failed: {type(error).__name__}") from None
    if not is_known:
        raise FetchError(
            "Apprise knows no such address",
            advice='look at notify in [[alarm]]; try it with: apprise -b test "ADDRESS"',
        )
    if not taken:
        raise FetchError(
            "its service did not take the notification",
            advice='look what it says with: apprise -vv -b test "ADDRESS"',
        )
