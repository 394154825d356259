"""What is told of a source's condition, and to whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from feeder.config.settings import AlarmSettings, Secret, Settings, chosen
from feeder.models import Condition, Transition
from feeder.store.outbox import Message

WELL: Collection[Condition | None] = ("ok", "unchanged", None)


class Alarms:
    """The alarms of a configuration, as the store asks them (`Store.tell_of`)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._titles = {source.name: source.title for source in settings.sources}

    def __call__(self, transitions: Sequence[Transition]) -> Iterator[Message]:
        """What is to be told of the first of a source's transitions, the latest first."""
        if not transitions or transitions[0].source not in self._titles:
            return
        for index, alarm in enumerate(self._settings.alarms, 1):
            if _is_told(alarm, transitions):
                body = json.dumps(self._event(transitions[0]))
                target = target_of(index, alarm)
                yield Message(way_of(alarm), target, transitions[0].source, body)

    def _event(self, told: Transition) -> dict[str, object]:
        feeds = [
            feed.name for feed in self._settings.feeds if chosen(feed.sources, {told.source: 0})
        ]
        return {
            "source": told.source,
            "title": self._titles[told.source],
            "was": told.was,
            "becomes": told.becomes,
            "reason": told.reason,
            "advice": told.advice,
            "when": told.at.isoformat(),
            "since": told.was_since.isoformat() if told.was_since else None,
            "feeds": feeds,
        }


def way_of(alarm: AlarmSettings) -> str:
    """By which of the three ways an alarm tells."""
    if alarm.command:
        return "command"
    return "webhook" if alarm.webhook else "notify"


def target_of(index: int, alarm: AlarmSettings) -> str:
    """What an alarm is called on record: its place, and a hash of whom it tells."""
    told = repr(alarm.command or _identity(alarm.webhook or alarm.notify))
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    return f"alarm {index} {digest[:8]}"  # too short to tell anything of what it is made of


def alarm_of(target: str, alarms: Sequence[AlarmSettings]) -> AlarmSettings | None:
    """The alarm that is called so; wherever in the configuration it stands by now."""
    digest = target.rpartition(" ")[2]
    found = (alarm for alarm in alarms if target_of(0, alarm).endswith(f" {digest}"))
    return next(found, None)


def _identity(secret: Secret | None) -> tuple[object, ...]:
    assert secret is not None, "the configuration has one of the three"
    value = secret.value.get_secret_value() if secret.value else None
    return value, secret.env, secret.file


def _is_told(alarm: AlarmSettings, transitions: Sequence[Transition]) -> bool:
    told = transitions[0]
    if not chosen(alarm.sources, {told.source: 0}):
        return False
    if told.becomes not in WELL:
        return told.becomes in alarm.on
    # That it is well again is for those who were told that it was ill.
    illness = takewhile(lambda one: one.becomes not in WELL, transitions[1:])
    return "ok" in alarm.on and any(one.becomes in alarm.on for one in illness)
