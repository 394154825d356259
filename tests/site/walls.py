"""Pages that stand where something else should: each is a well-formed 200 and no article.

Each is of a kind that is met on the web, in words of its own.
"""

from __future__ import annotations

from tests.site.pages import Page
from tests.site.prose import Prose


def document(title: str, body: str, head: str = "") -> str:
    """A whole page."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"{head}</head>\n<body>{body}</body></html>\n"
    )


class LogIn(Page):
    """A form for those who have an account."""

    def __init__(self) -> None:
        form = (
            '<form method="post" action="/login"><label>E-mail <input type="email" name="email">'
            '</label><label>Password <input type="password" name="password"></label>'
            '<button>Sign in</button></form><a href="/forgot">Forgot your password?</a>'
        )
        super().__init__(document("Sign in", f"<main><h1>Please sign in</h1>{form}</main>"))


class Consent(Page):
    """Cookies first."""

    def __init__(self) -> None:
        told = (
            "We and our 842 partners store and access information on your device, such as cookies,"
            " and process personal data. You can change your choices at any time."
        )
        buttons = "<button>Accept all</button><button>Reject all</button><button>Settings</button>"
        body = f'<div id="consent-dialog"><h1>Your privacy</h1><p>{told}</p>{buttons}</div>'
        super().__init__(document("Before you continue", body))


class Challenge(Page):
    """A test that only browsers pass, as servers against robots show it."""

    def __init__(self, status: int = 200) -> None:
        body = (
            "<h1>Checking your browser</h1><p>This takes a few seconds. Please enable JavaScript"
            ' and cookies to continue.</p><div class="captcha"></div><script>solve()</script>'
        )
        super().__init__(document("Just a moment...", body), status=status)


class Paywall(Page):
    """The first paragraph, and an offer."""

    def __init__(self, seed: object = 0) -> None:
        prose = Prose(f"paywall {seed}")
        body = (
            f"<article><h1>{prose.headline()}</h1><p>{prose.sentence()}</p>"
            '<div class="paywall"><h2>Subscribe to read on</h2><p>Only 1 € for the first month.'
            "</p><a href=/subscribe>Subscribe now</a> <a href=/login>Sign in</a></div></article>"
        )
        super().__init__(document(prose.headline(), body))


class GeoBlock(Page):
    """Not where you are."""

    def __init__(self, status: int = 200) -> None:
        body = "<h1>Not available</h1><p>This content is not available in your country.</p>"
        super().__init__(document("Not available in your region", body), status=status)


class SoftNotFound(Page):
    """404 by its words, 200 by its status."""

    def __init__(self) -> None:
        body = (
            "<h1>Page not found</h1><p>The page you are looking for does not exist or has moved."
            '</p><a href="/">Back to the home page</a><form><input type="search"></form>'
        )
        super().__init__(document("404 - Page not found", body))


class Parking(Page):
    """A name that somebody let go, with links that sell something."""

    def __init__(self) -> None:
        links = "".join(
            f'<li><a href="https://ads.example/click?k={n}">{what}</a></li>'
            for n, what in enumerate(("Cheap flights", "Car insurance", "Credit cards", "Hotels"))
        )
        body = (
            "<h1>harbour-courier.example</h1><p>This domain is for sale. Buy this domain.</p>"
            f"<h2>Related searches</h2><ul>{links}</ul>"
        )
        super().__init__(document("harbour-courier.example - domain for sale", body))


class Shell(Page):
    """An application that scripts draw: there is nothing to read."""

    def __init__(self) -> None:
        head = '<script src="/static/js/main.8f3a.js" defer></script>'
        body = '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root">'
        super().__init__(document("Courier", f"{body}</div>", head))


class EmptyPage(Page):
    """200, and not a byte."""

    def __init__(self) -> None:
        super().__init__(b"")


class EmptyListing(Page):
    """A listing as it always is, with nothing in it."""

    def __init__(self) -> None:
        body = "<nav><a href=/>Home</a></nav><main><h1>News</h1><p>No posts yet.</p></main>"
        super().__init__(document("The Harbour Courier", body))


class Maintenance(Page):
    """Back soon, with 200."""

    def __init__(self) -> None:
        body = "<h1>We'll be back soon</h1><p>Sorry, we are performing maintenance.</p>"
        super().__init__(document("Maintenance", body))


class ServerError(Page):
    """What a program says when it breaks, with 200."""

    def __init__(self) -> None:
        body = (
            "<br /><b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002] Connection"
            " refused in /var/www/html/index.php:12<br />"
        )
        super().__init__(body)


WALLS: dict[str, Page] = {
    "log-in": LogIn(),
    "consent": Consent(),
    "challenge": Challenge(),
    "paywall": Paywall(),
    "geo block": GeoBlock(),
    "soft 404": SoftNotFound(),
    "parking": Parking(),
    "shell": Shell(),
    "empty page": EmptyPage(),
    "empty listing": EmptyListing(),
    "maintenance": Maintenance(),
    "server error": ServerError(),
}
"""All of them; none is an article, a listing or a feed."""
