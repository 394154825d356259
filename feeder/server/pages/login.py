"""Logging in with the server's token, and out again."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from feeder.server.access import Allowed, Refused, log_in, log_out, may_see
from feeder.server.pages.answering import HEADERS, Visit, is_place, missing, page

LONGEST = 2000
"""Characters of an address to come back to."""


def show(visit: Visit) -> Response:
    """The form; whoever needs none goes on."""
    if visit.request.method == "POST":
        return _log_in(visit)
    if isinstance(may_see(visit.request, visit.rooms.desk), Allowed):
        return RedirectResponse("./", 303, HEADERS)
    if visit.app.settings.server.token_file is None:
        return missing(visit, "page")
    return _form(visit, visit.asked("back", LONGEST))


def end(visit: Visit) -> Response:
    """End the session. It takes no token: a stranger's page may do no worse with it."""
    cookie = log_out(visit.request, visit.rooms.desk)
    return RedirectResponse("login", 303, {**HEADERS, "set-cookie": cookie})


def _log_in(visit: Visit) -> Response:
    found = log_in(visit.request, visit.rooms.desk, visit.form.get("token", ""))
    back = visit.form.get("back", "")
    if isinstance(found, Refused):
        return _form(visit, back, found)
    where = back if is_place(back) else ""
    return RedirectResponse(f"./{where}", 303, {**HEADERS, "set-cookie": found})


def _form(visit: Visit, back: str, wrong: Refused | None = None) -> Response:
    words = wrong and f"{wrong.message} {wrong.advice}"
    status = wrong.status if wrong else 200
    answer = page(
        visit, "login.html", title="Log in", status=status, back=back, wrong=words, section=""
    )
    # 401 asks a browser for a password of its own, which ours would not be.
    kept = {k: v for k, v in ((wrong and wrong.headers) or {}).items() if k == "retry-after"}
    answer.headers.update(kept)
    answer.status_code = 403 if status == 401 else status
    return answer
