"""The OpenAPI document is true: every operation is told, and no request that it allows, or forbids, breaks the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assembly import clock
from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import reached
from tests.servers import DatabaseServer

CALLERS = ("mc.haiduong", "tnmt.haiduong", CITIZEN, "admin")


@pytest.fixture(scope="module")
def counter(
    database_server: DatabaseServer, demo_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    """A dossier under consultation, so that addresses lead somewhere."""
    url = database_server.clone(demo_database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "REFRESH_SECONDS", 0)
        opened = Counter(url, tmp_path_factory.mktemp("var"))
        play = reached(opened, "1.009994/dung_han", "lay_y_kien")
        opened.known = {  # type: ignore[attr-defined]
            "code": [play.code, "1.009994", "1.001193"],
            "task_id": [task["id"] for task in play.row()["tasks"]],
        }
        yield opened
        opened.close()
    database_server.drop(url)


def document(counter: Counter) -> dict[str, Any]:
    answer = counter.anybody().get("/openapi.json")
    assert answer.status_code == 200
    return answer.json  # type: ignore[no-any-return]


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in told["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield (
                    method.upper(),
                    path,
                    operation
                    | {"parameters": [*item.get("parameters", []), *operation.get("parameters", [])]},
                )


def test_every_operation_says_what_it_takes_and_gives(counter: Counter) -> None:
    """A summary, an answer with a shape, problem+json for refusals, a body where one is sent, and who may call."""
    told = document(counter)
    assert told["openapi"] == "3.1.0"
    assert told["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for method, path, operation in operations(told):
        where = f"{method} {path}"
        assert operation["summary"], where
        good = [code for code in operation["responses"] if code.startswith("2")]
        assert good, where
        for code in good:
            content = operation["responses"][code].get("content", {})
            assert code == "204" or all(media["schema"] for media in content.values()), where
            assert code == "204" or content, where
        reference = operation["responses"]["default"]["$ref"]
        assert list(told["components"]["responses"][reference.split("/")[-1]]["content"]) == [
            "application/problem+json"
        ], where
        assert (method in ("POST", "PATCH")) == ("requestBody" in operation), where
        assert operation["security"] in ([], [{"bearer": []}]), where


def test_every_route_of_the_api_is_in_the_document(counter: Counter) -> None:
    """Nothing is served that is not told."""
    told = {(method, path) for method, path, _ in operations(document(counter))}
    served = {
        (method, rule.rule.replace("<int:", "{").replace("<uuid:", "{").replace("<", "{").replace(">", "}"))
        for rule in counter.app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == served


texts = st.text(max_size=12) | st.sampled_from(["", "\0", "../..", "%00", "1.001193", "H23.30", "'; --", "²"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def of(schema: dict[str, Any], told: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Mostly what the schema asks for, now and then something else."""
    if "$ref" in schema:
        return of(told["components"]["schemas"][schema["$ref"].split("/")[-1]], told, depth)
    if "anyOf" in schema:
        return st.one_of([of(one, told, depth) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | texts
    kinds = schema.get("type", [])
    kind = kinds if isinstance(kinds, str) else next((one for one in kinds if one != "null"), "")
    if kind == "object" and "properties" in schema and depth < 4:
        fields = {name: of(one, told, depth + 1) for name, one in schema["properties"].items()}
        needed = {name: fields.pop(name) for name in schema.get("required", [])}
        return st.fixed_dictionaries(needed, optional=fields) | anything
    if kind == "array":
        return st.lists(of(schema.get("items", {}), told, depth + 1), max_size=3) | anything
    if kind == "integer":
        return st.integers(-1, 5) | st.integers() | anything
    if kind == "string" and schema.get("format") == "date":
        return st.dates().map(str) | texts
    return texts if kind == "string" else anything


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_request_breaks_the_server(counter: Counter, data: st.DataObject) -> None:
    """Any operation with any address, query, headers and body: never 5xx, refusals are problem+json."""
    told = document(counter)
    method, path, operation = data.draw(st.sampled_from(list(operations(told))))
    query: dict[str, Any] = {}
    for parameter in operation["parameters"]:
        name = parameter["name"]
        known: list[Any] = counter.known.get(name, [])  # type: ignore[attr-defined]
        if parameter["in"] == "path":
            value = data.draw((st.sampled_from(known) if known else texts) | texts | st.integers(0))
            path = path.replace(
                f"{{{name}}}", str(value).replace("/", "").replace("?", "").replace("#", "") or "x"
            )
        elif parameter["in"] == "query" and (parameter.get("required") or data.draw(st.booleans())):
            query[name] = data.draw(of(parameter["schema"], told))
    headers = {"Idempotency-Key": data.draw(st.sampled_from(["a", "b", "ü", "x" * 201]))}
    if data.draw(st.booleans()):
        headers["If-Match"] = data.draw(st.sampled_from(['"1"', "*", "W/x", '"' + "9" * 30 + '"', ""]))
    how: dict[str, Any] = {}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = data.draw(of(content["application/json"]["schema"], told))
        how = {"data": json.dumps(body), "content_type": "application/json"}
    elif content:
        part = st.binary(max_size=20) | st.sampled_from([b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"])
        name = data.draw(st.sampled_from(["bundle", "file", "x"]))
        import io

        how = {
            "data": {
                name: (io.BytesIO(data.draw(part)), data.draw(st.sampled_from(["a.zip", "b.bpmn", "c"])))
            }
        }
    caller = counter.sign_in(data.draw(st.sampled_from(CALLERS)))
    answer = caller.call(method, path.removeprefix("/api/v1"), query_string=query, headers=headers, **how)
    away = (
        answer.status_code == 503 and answer.json["code"] == "payment_unavailable"
    )  # there is no gateway here
    assert answer.status_code < 500 or away, answer.text
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.json["code"]
        assert answer.json["detail"]
