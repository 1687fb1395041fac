"""The page of a failure stands on its own feet."""

from __future__ import annotations

from pathlib import Path

from flask import g

from assembly.settings import Settings
from engine.actor import Actor, Post
from wsgi import create_app


def test_the_page_of_a_failure_needs_no_database(tmp_path: Path) -> None:
    """Whatever failed, a signed-in officer reads a sentence and not a second failure."""
    app = create_app(
        Settings("postgresql+psycopg://x@127.0.0.1:1/none", "redis://127.0.0.1:1/0", "s", tmp_path)
    )

    @app.get("/fails")
    def fails() -> str:
        g.actor = Actor("mc", "officer", "Bùi Minh Nguyệt", (Post("H23", "one_stop_officer"),))
        raise RuntimeError("the database went away")

    answer = app.test_client().get("/fails")
    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi" in answer.get_data(as_text=True)
    assert "went away" not in answer.get_data(as_text=True)
