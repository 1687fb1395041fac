"""The texts of a bundle that people read, where they stand: what its `en.po` translates.

Texts that have their English where they are written (`name_en`, `rule_en`, `because_en`, `outcomes_en`) are not listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import forms
from bpmn.diagram import Diagram
from bpmn.english import BLANK
from bpmn.manifest import Manifest
from engine.xml import children, text_of
from forms.english import texts as texts_of_form

_LETTER = re.compile(r"[^\W\d_]")


def listed(
    e_forms: Mapping[str, forms.EForm], manifest: Manifest | None, diagrams: Mapping[str, Diagram]
) -> dict[str, list[str]]:
    """Each text that wants English, with the places where it stands, in the order of reading: manifest, diagrams, forms."""
    found: dict[str, list[str]] = {}
    for text, where in _all(e_forms, manifest, diagrams):
        if _LETTER.search(BLANK.sub("", text)):
            found.setdefault(text, []).append(where)
    return found


def _all(
    e_forms: Mapping[str, forms.EForm], manifest: Manifest | None, diagrams: Mapping[str, Diagram]
) -> Iterator[tuple[str, str]]:
    if manifest:
        yield from ((text, f"procedure.toml {where}") for where, text in _of_manifest(manifest))
    for name, drawn in diagrams.items():
        yield from ((text, f"{name} {where}") for where, text in _of_diagram(drawn))
    for key, form in e_forms.items():
        yield from ((text, f"{key}.form {where}".rstrip()) for where, text in texts_of_form(form.schema))


def _of_manifest(manifest: Manifest) -> Iterator[tuple[str, str]]:
    found = [("summary", manifest.summary), ("field", manifest.field)]
    found += [("illustrative", text) for text in manifest.illustrative]
    for basis in manifest.legal_basis:
        found += [("legal_basis", basis.title), ("legal_basis", basis.article)]
    found += [(f"components.{one.code}", one.name) for one in manifest.components]
    found += [(f"fees.{one.code}", one.name) for one in manifest.fees]
    for result in manifest.results:
        found += [(f"results.{result.code}", result.name), (f"results.{result.code}", result.validity)]
        found += [(f"texts.{part.key}", part.label) for part in result.texts]
    return ((where, text) for where, text in found if text)


def _of_diagram(drawn: Diagram) -> Iterator[tuple[str, str]]:
    named = [(lane.id, lane.name) for lane in drawn.lanes] + [(node.id, node.name) for node in drawn.nodes]
    named += [(pool.id, pool.name) for pool in drawn.participants] + [(p.id, p.name) for p in drawn.scopes]
    named += [(flow.id, flow.name) for flow in drawn.flows]
    for note in drawn.elements("textAnnotation"):
        named += [(str(note.get("id", "")), text_of(text)) for text in children(note, "text")]
    return ((where, text) for where, text in named if text)
