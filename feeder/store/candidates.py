"""Candidates to JSON and back, with nothing lost.

What is None or empty is left out, so that the usual candidate is a short line. Reading takes the
fields that it knows: a newer feeder may have written others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, get_args

from feeder.models import Attribution, Candidate, Draft, Enclosure, Facts, Key, KeyKind, Validators

Told = dict[str, Any]
"""An object of JSON."""

_KINDS = frozenset(get_args(KeyKind))


def candidate_text(candidate: Candidate) -> str:
    """A candidate as JSON."""
    draft = candidate.draft
    told = _without_blanks(
        address=candidate.address,
        keys=_keys_json(candidate.keys),
        facts=_facts_json(candidate.facts),
        validators=_validators_json(candidate.validators),
        modified=_moment_json(candidate.modified),
        draft=None if draft is None else _draft_json(draft),
        complete=candidate.complete,
    )
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def to_candidate(text: str) -> Candidate:
    """A candidate from what `candidate_text` made of it."""
    told: Told = json.loads(text)
    draft = told.get("draft")
    return Candidate(
        address=told["address"],
        keys=_to_keys(told),
        facts=_to_facts(told.get("facts", {})),
        validators=_to_validators(told.get("validators", {})),
        modified=_to_moment(told.get("modified")),
        draft=None if draft is None else _to_draft(draft),
        complete=told.get("complete", False),
    )


def _draft_json(draft: Draft) -> Told:
    return _without_blanks(
        shape=draft.shape,
        facts=_facts_json(draft.facts),
        base_url=draft.base_url,
        keys=_keys_json(draft.keys),
        fallback_date=_moment_json(draft.fallback_date),
        pages=list(draft.pages),
        content=draft.content,
    )


def _to_draft(told: Mapping[str, Any]) -> Draft:
    return Draft(
        shape=told["shape"],
        content=told["content"],
        facts=_to_facts(told.get("facts", {})),
        base_url=told.get("base_url"),
        keys=_to_keys(told),
        fallback_date=_to_moment(told.get("fallback_date")),
        pages=tuple(told.get("pages", ())),
    )


def _facts_json(facts: Facts) -> Told:
    source = facts.attribution
    return _without_blanks(
        id=facts.id,
        url=facts.url,
        title=facts.title,
        summary=facts.summary,
        authors=list(facts.authors),
        categories=list(facts.categories),
        published=_moment_json(facts.published),
        modified=_moment_json(facts.modified),
        image=facts.image,
        language=facts.language,
        attribution=_without_blanks(name=source.name, url=source.url) if source else None,
        enclosures=[[one.url, one.media_type, one.length] for one in facts.enclosures],
    )


def _to_facts(told: Mapping[str, Any]) -> Facts:
    source = told.get("attribution")
    return Facts(
        id=told.get("id"),
        url=told.get("url"),
        title=told.get("title"),
        summary=told.get("summary"),
        authors=tuple(told.get("authors", ())),
        categories=tuple(told.get("categories", ())),
        published=_to_moment(told.get("published")),
        modified=_to_moment(told.get("modified")),
        image=told.get("image"),
        language=told.get("language"),
        attribution=None if source is None else Attribution(source["name"], source.get("url")),
        enclosures=tuple(Enclosure(*one) for one in told.get("enclosures", ())),
    )


def _validators_json(validators: Validators) -> Told:
    return _without_blanks(etag=validators.etag, last_modified=validators.last_modified)


def _to_validators(told: Mapping[str, Any]) -> Validators:
    return Validators(told.get("etag"), told.get("last_modified"))


def _keys_json(keys: Iterable[Key]) -> list[list[str]]:
    return [[key.kind, key.value] for key in keys]


def _to_keys(told: Mapping[str, Any]) -> tuple[Key, ...]:
    # By a kind that we do not know, nothing on record can be recognised.
    return tuple(Key(kind, value) for kind, value in told.get("keys", ()) if kind in _KINDS)


def _moment_json(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _to_moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _without_blanks(**fields: object) -> Told:
    """The fields that say something. An empty string does: it is not None."""
    return {name: value for name, value in fields.items() if value == "" or value}
