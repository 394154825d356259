"""Forms as browsers send them (URL Standard, 5.1), within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect, Request

LONGEST_FORM = 64 * 1024
MOST_FIELDS = 30
FORM_SECONDS = 10.0
"""What a form gets to arrive: it is smaller than what one packet or two hold."""

Form = Mapping[str, str]


async def read_form(request: Request) -> Form | int:
    """The fields of a form, or the status that says why they are none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return 415
    body = bytearray()
    try:
        with anyio.fail_after(FORM_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > LONGEST_FORM:
                    return 413
        told = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except TimeoutError:
        return 408
    except (ValueError, ClientDisconnect):
        return 400
    return dict(told)
