"""A round that is broken off waits for no site, and holds it against none."""

from __future__ import annotations

import time

import pytest

from feeder.models import Outcome
from feeder.rounds.once import refresh_once
from tests.refresh.room import MAIN, Room
from tests.site.behaviour import Behaviour
from tests.site.blog import Blog
from tests.site.faults import Drip, Silent
from tests.site.server import Site


@pytest.mark.parametrize("hangs", [Silent(), Drip(), Drip(part="headers")], ids=repr)
def test_ctrl_c_cuts_off_what_other_threads_have_under_way(
    hangs: Behaviour, room: Room, site: Site
) -> None:
    room.main = "\n".join(line for line in MAIN.splitlines() if "_timeout" not in line)
    room.source(f'kind = "listing"\nurl = "{site.at("/", hangs)}"\n')

    def ctrl_c(outcome: Outcome) -> None:
        while "/" not in site.paths:
            time.sleep(0.01)
        raise KeyboardInterrupt

    with Site(address="127.0.0.2") as quick:
        url = quick.at("/", Blog(articles=2))
        room.source(f'kind = "listing"\nurl = "{url}"\n', "other")
        with room.open() as app:
            started = time.monotonic()
            with pytest.raises(KeyboardInterrupt):
                refresh_once(app, on_outcome=ctrl_c)
            assert time.monotonic() - started < 5
            states = {state.name: state for state in app.store.states()}
    assert states["other"].entries == 2
    assert (states["news"].failures, states["news"].leased_until) == (0, None)
