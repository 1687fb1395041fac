"""Play a procedure's own scenario on a running demo by its API: `python tools/play.py URL 1.009994 bo_sung --until ky`.

Files the dossier as a citizen and completes step after step as officers of the demo province, each at the time it is;
moments in the scenario are not kept. Prints the dossier's code. Pictures and browser tests set their stage with it.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
import tomllib
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from casework import demo_data  # noqa: E402 (the checkout must be on the path first)

PROVINCE = demo_data.read()
CAME = {
    "relation": "authorised",
    "name": "Lê Văn Ba",
    "id_number": "030090001122",
    "authority": "Giấy ủy quyền ngày 10/6/2023",
    "identified": True,
    "typed": "Lê Văn Ba",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="where `./motcua up` serves, such as http://127.0.0.1:8000")
    parser.add_argument("procedure", help="code, such as 1.009994")
    parser.add_argument("scenario", help="file name in the bundle's scenarios/, without .toml")
    parser.add_argument("--until", help="stop when this step waits (element id)")
    given = parser.parse_args()
    print(Player(given.url).play(given.procedure, given.scenario, until=given.until))


class Player:
    """People of the demo province at the API of one running system."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=f"{url}/api/v1", timeout=30)

    def play(
        self, procedure: str, scenario: str, *, until: str | None = None, applicant: str = "nguyenvanhung"
    ) -> str:
        """The code of a dossier that went through the scenario's completions up to the step `until`."""
        folder = max((CHECKOUT / "bpmn" / "procedures" / procedure).glob("v*"))
        told = tomllib.loads((folder / "scenarios" / f"{scenario}.toml").read_text(encoding="utf-8"))
        filing = next(step["submit"] for step in told["do"] if "submit" in step)
        code = self.file(procedure, told["agency"], filing, applicant)
        for step in told["do"]:
            if step.get("complete") == until and until is not None:
                break
            if "complete" in step and "rejected" not in step.get("expect", {}):
                self.complete(code, step, applicant)
        return code

    def file(self, procedure: str, agency: str, filing: Mapping[str, Any], applicant: str) -> str:
        parts = filing.get("components", {}).items()
        body = {
            "procedure": procedure,
            "agency": agency,
            "answers": filing["answers"],
            "components": [{"code": code, "originals": _originals(given)} for code, given in parts],
        }
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return str(self.as_(applicant, "POST", "/dossiers", json=body, headers=key)["code"])

    def complete(self, code: str, step: Mapping[str, Any], applicant: str) -> None:
        """Claim and complete the step's live task (that of `agency`, where the scenario names one)."""
        task = self.waiting(code, step["complete"], step.get("agency"), applicant)
        mine = task["role"] == "applicant"
        who = applicant if mine else officer(task["agency"], task["role"])
        if task["step"]["kind"] == "return_result":
            self.pay(code, who)
        if not mine:
            self.as_(who, "POST", f"/tasks/{task['id']}/claim", json={})
        body = {
            "outcome": step.get("outcome"),
            "answers": step.get("answers", {}),
            "note": step.get("note", ""),
        }
        if task["step"]["kind"] == "return_result":
            body["receiver"] = CAME
        if task["step"]["kind"] == "supplement":  # a scenario answers whatever was asked for
            body["ticked"] = list(range(1, 100))
        self.as_(who, "POST", f"/tasks/{task['id']}/complete", json=body)

    def pay(self, code: str, clerk: str) -> None:
        """Whatever is due, in cash."""
        if owed := self.as_(clerk, "GET", f"/dossiers/{code}/payments")["due_vnd"]:
            self.as_(clerk, "POST", f"/dossiers/{code}/payments", json={"amount_vnd": owed})

    def waiting(self, code: str, element: str, agency: str | None, applicant: str) -> dict[str, Any]:
        """The live task of a step; a partner's answer may bring it some seconds late. Raises LookupError."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            for task in self.as_(applicant, "GET", f"/dossiers/{code}")["tasks"]:
                if task["step"]["id"] == element and agency in (None, task["agency"]):
                    return task
            time.sleep(0.2)
        raise LookupError(f"{element} does not wait in {code}")

    def as_(self, username: str, method: str, path: str, **request: Any) -> dict[str, Any]:
        """One request as an account. Raises httpx.HTTPStatusError with the answer's words."""
        headers = {"Authorization": f"Bearer {self._token(username)}"} | request.pop("headers", {})
        answer = self.http.request(method, path, headers=headers, **request)
        if answer.is_error:
            raise httpx.HTTPStatusError(
                f"{method} {path}: {answer.text}", request=answer.request, response=answer
            )
        return answer.json()

    @functools.cache  # noqa: B019 (a player lives as long as the program)
    def _token(self, username: str) -> str:
        body = {"username": username, "password": PROVINCE.password}
        return str(self.http.post("/tokens", json=body).raise_for_status().json()["token"])


def officer(agency: str, role: str) -> str:
    """The first account of the demo province that holds the post."""
    return next(
        person.username
        for person in PROVINCE.officers
        if any(post.agency == agency and post.role == role for post in person.posts)
    )


def _originals(given: Any) -> int:
    return given if isinstance(given, int) else int(given.get("originals", 1))


if __name__ == "__main__":
    main()
