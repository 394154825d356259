"""Whatever is asked ends in an answer or in a problem, and never in a fault of ours."""

from __future__ import annotations

from urllib.parse import quote, quote_from_bytes

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeder.server.api.routes import ENDPOINTS
from tests.server.api.conftest import Served

PATHS = sorted({one.path for one in ENDPOINTS})
NAMES = sorted({name for one in ENDPOINTS for name in one.query.model_fields})
pieces = st.one_of(
    st.sampled_from(["news", "nobody", "1", "0", "-1", "..", "%", "²", "9" * 25, "a" * 300]),
    st.text(max_size=20).map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe="")),
    st.binary(max_size=12).map(quote_from_bytes),
)
values = st.one_of(
    pieces,
    st.sampled_from(["50", "200", "true", "ok", "held", "2026-01-01T00:00:00Z", "MjAyNi0x", "=="]),
)
queries = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=4).map(
    lambda pairs: "&".join(f"{name}={quote(value, safe='%')}" for name, value in pairs)
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(PATHS),
    piece=pieces,
    query=queries,
    method=st.sampled_from(["GET", "HEAD", "PUT", "OPTIONS"]),
    etag=st.text('W/"*, abc', max_size=12),
)
def test_any_request_has_an_answer(
    served: Served, path: str, piece: str, query: str, method: str, etag: str
) -> None:
    piece = quote(piece, safe="%")
    target = "/api/v1" + path.replace("{name}", piece).replace("{id}", piece)
    reply = served.ask(f"{target}?{query}", method, headers={"if-none-match": etag})
    assert reply.status in (200, 304, 400, 404, 405), (target, query, reply.body)
    if method == "GET" and reply.status >= 400:
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json["status"] == reply.status
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "traceback" not in reply.body.decode().lower()


WORDS = 'application/openmetrics-text text/plain ; , version= 1.0.0 xx escaping= values é = " -1'
ACCEPTS = st.lists(st.sampled_from([*WORDS.split(), " ", "9" * 99]), max_size=9).map("".join)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accept=ACCEPTS)
def test_metrics_are_told_whatever_is_accepted(served: Served, accept: str) -> None:
    reply = served.ask("/metrics", headers={"accept": accept.strip()})
    assert reply.status == 200
    openly = reply.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert openly == ("application/openmetrics-text" in accept)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scheme=st.sampled_from(["Bearer", "bearer", "Basic", "Digest", ""]),
    secret=st.text(
        st.characters(min_codepoint=33, max_codepoint=255, exclude_categories=["Cc"]), max_size=40
    ),
)
def test_no_other_token_opens_anything(served: Served, scheme: str, secret: str) -> None:
    told = {"authorization": f"{scheme} {secret}".encode("latin-1").decode("latin-1")}
    for target in ("/api/v1/sources", "/metrics", "/api/v1/openapi.json", "/api/nothing"):
        reply = served.ask(target, token=None, headers=told)
        assert reply.status in (401, 429)
        assert reply.json["status"] == reply.status
