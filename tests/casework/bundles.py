"""Small procedures for tests: a manifest and a diagram of one lane, as an admin would upload them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping

from bpmn import bundle
from forms.fields import EForm

MANIFEST = """
[procedure]
code = "{code}"
version = 1
name = "{name}"
field = "Kiểm thử"
level = "commune"
[time_limit]
amount = 3
unit = "working_day"
"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://x"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <bpmn:collaboration id="c"><bpmn:participant id="p" name="UBND xã" processRef="quy_trinh"/></bpmn:collaboration>
  <bpmn:process id="quy_trinh" isExecutable="true"><bpmn:laneSet id="ls"><bpmn:lane id="lan_mc" name="Một cửa">
    <bpmn:extensionElements><camunda:properties>
      <camunda:property name="agency" value="=dossier.agency"/>
      <camunda:property name="role" value="one_stop_officer"/>
    </camunda:properties></bpmn:extensionElements>{refs}
  </bpmn:lane></bpmn:laneSet>{nodes}{flows}</bpmn:process></bpmn:definitions>"""


def one_lane(code: str, name: str, *nodes: tuple[str, str], forms: Mapping[str, EForm] = {}) -> bytes:
    """A zip whose process runs through `nodes` (id, xml without flows) one after the other; `forms` by key."""
    ids = [id for id, _ in nodes]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(itertools.pairwise(ids))
    )
    refs = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids)
    diagram = HEAD.format(refs=refs, nodes="".join(xml for _, xml in nodes), flows=flows)
    manifest = MANIFEST.format(code=code, name=name)
    files = {f"{key}.form": json.dumps(dict(form.schema)).encode() for key, form in forms.items()}
    return bundle.pack({"procedure.toml": manifest.encode(), "process.bpmn": diagram.encode(), **files})


def start(form: str = "") -> tuple[str, str]:
    return "nop", f'<bpmn:startEvent id="nop" name="Nộp"{_form(form)}/>'


def end() -> tuple[str, str]:
    return "xong", (
        '<bpmn:endEvent id="xong" name="Xong"><bpmn:extensionElements><camunda:properties>'
        '<camunda:property name="end_kind" value="returned"/>'
        "</camunda:properties></bpmn:extensionElements></bpmn:endEvent>"
    )


def step(id: str, kind: str, outcomes: str = "done:Hoàn thành", form: str = "") -> tuple[str, str]:
    return id, (
        f'<bpmn:userTask id="{id}" name="{id}"{_form(form)}><bpmn:extensionElements><camunda:properties>'
        f'<camunda:property name="kind" value="{kind}"/><camunda:property name="outcomes" value="{outcomes}"/>'
        "</camunda:properties></bpmn:extensionElements></bpmn:userTask>"
    )


def _form(key: str) -> str:
    return f' camunda:formRef="{key}" camunda:formRefBinding="deployment"' if key else ""


def child(id: str, procedure: str) -> tuple[str, str]:
    return id, (
        f'<bpmn:callActivity id="{id}" name="{id}"><bpmn:extensionElements><camunda:properties>'
        f'<camunda:property name="procedure" value="{procedure}"/>'
        "</camunda:properties></bpmn:extensionElements></bpmn:callActivity>"
    )
