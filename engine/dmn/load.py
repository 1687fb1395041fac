"""DMN XML to a `Model`. The file is hostile until proven otherwise (`engine.xml`); what is not refused here cannot hurt later."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine import xml
from engine.dmn.boxed import Compiler
from engine.dmn.findings import DmnRefused, Finding
from engine.dmn.item_types import ItemType, ItemTypes
from engine.dmn.model import BusinessKnowledge, Decision, DecisionService, Input, Model
from engine.dmn.xml import child, children, id_at, text_in
from feel import FeelError, UnaryTests, compile_unary
from feel.types import SIMPLE

_CODES = {
    "xml-size": "dmn.too_large",
    "xml-syntax": "dmn.not_xml",
    "xml-encoding": "dmn.not_xml",
    "xml-doctype": "dmn.doctype",
}
_NAMESPACES = ("https://www.omg.org/spec/DMN/", "http://www.omg.org/spec/DMN/")


def load(data: bytes) -> Model:
    """A model ready to decide. Raises `DmnRefused` with a code and the element's id.

    Codes: `dmn.too_large`, `dmn.not_xml`, `dmn.doctype`, `dmn.not_dmn`, `dmn.too_deep`, `dmn.import`,
    `dmn.duplicate`, `dmn.dangling`, `dmn.cycle`. Expressions that do not compile do not refuse the file: they stand
    in `Model.problems` and evaluate to null.
    """
    root = _parse(data)
    _check_shape(root)
    return _Reader(root).model()


def _parse(data: bytes) -> etree._Element:
    try:
        return xml.parse(data)
    except xml.XmlRefused as refused:
        code = _CODES.get(refused.code, "dmn.too_deep")
        raise DmnRefused(code, refused.element, refused.vi, refused.en) from None


def _check_shape(root: etree._Element) -> None:
    name = etree.QName(root)
    if name.localname != "definitions" or not (name.namespace or "").startswith(_NAMESPACES):
        raise DmnRefused(
            "dmn.not_dmn", root.get("id", name.localname), "Tệp không phải mô hình DMN.",
            f"Expected DMN definitions but found {name.localname}.",
        )  # fmt: skip


@dataclass(slots=True)
class _Reader:
    """Reads definitions; elements are found by local name, whatever version of DMN wrote them."""

    root: etree._Element

    def model(self) -> Model:
        for element in children(self.root, "import"):
            raise DmnRefused(
                "dmn.import", element.get("name", ""), "Mô hình DMN không được nhập mô hình khác.",
                "Expected a model that imports no other.",
            )  # fmt: skip
        problems: list[Finding] = []
        types = self._types(problems)
        model = Model(self.root.get("name", ""), types, problems)
        self._inputs(model)
        self._declare(model)
        self._link(model)
        compiler = Compiler(model, problems)
        for knowledge in model.knowledge.values():
            knowledge.compile(compiler)
        for decision in model.decisions.values():
            decision.compile(compiler)
        return model

    # -- types ----------------------------------------------------------------------------------------------

    def _types(self, problems: list[Finding]) -> ItemTypes:
        types = ItemTypes()
        for element in children(self.root, "itemDefinition"):
            name = element.get("name", "")
            types.named[name] = self._item_type(element, problems)
        return types

    def _item_type(self, element: etree._Element, problems: list[Finding]) -> ItemType:
        item = ItemType(element.get("name", ""), collection=element.get("isCollection") == "true")
        reference = text_in(element, "typeRef")
        local = reference.rpartition(":")[2]
        if reference and local in SIMPLE:
            item.base, item.base_name = (None, "Any") if local == "Any" else (SIMPLE[local], local)
        elif reference:
            item.reference = local if ":" in reference else reference
        elif child(element, "functionItem") is not None:
            item.base, item.base_name = SIMPLE["function"], "function"
        for component in children(element, "itemComponent"):
            item.components[component.get("name", "")] = self._item_type(component, problems)
        item.allowed = self._tests(child(element, "allowedValues"), problems)
        item.constraint = self._tests(child(element, "typeConstraint"), problems)
        return item

    def _tests(self, element: etree._Element | None, problems: list[Finding]) -> UnaryTests | None:
        text = "" if element is None else text_in(element, "text")
        if not text or element is None:
            return None
        try:
            return compile_unary(text)
        except FeelError as error:
            where = element.get("id") or id_at(element)
            problems.append(Finding(where, error.code, error.sentence_vi, error.sentence_en))
            return None

    # -- elements of the graph ------------------------------------------------------------------------------

    def _inputs(self, model: Model) -> None:
        for element in children(self.root, "inputData"):
            variable = child(element, "variable")
            name = element.get("name", "")
            reference = None if variable is None else variable.get("typeRef")
            self._add(model, element, Input(element.get("id") or name, name, reference))

    def _declare(self, model: Model) -> None:
        for element in children(self.root, "decision"):
            variable = child(element, "variable")
            name = element.get("name", "")
            reference = None if variable is None else variable.get("typeRef")
            self._add(model, element, Decision(element.get("id") or name, name, reference, element))
        for element in children(self.root, "businessKnowledgeModel"):
            variable = child(element, "variable")
            reference = None if variable is None else variable.get("typeRef")
            name = element.get("name", "")
            self._add(model, element, BusinessKnowledge(element.get("id") or name, name, reference, element))
        for element in children(self.root, "decisionService"):
            variable = child(element, "variable")
            reference = None if variable is None else variable.get("typeRef")
            name = element.get("name", "")
            self._add(model, element, DecisionService(element.get("id") or name, name, reference, element))

    def _add(
        self,
        model: Model,
        element: etree._Element,
        part: Input | Decision | BusinessKnowledge | DecisionService,
    ) -> None:
        if not part.name:
            raise DmnRefused(
                "dmn.nameless", part.id, "Thành phần DMN thiếu tên.", "Expected a name.",
            )  # fmt: skip
        if part.id in model.by_id:
            raise DmnRefused(
                "dmn.duplicate", part.id, f"Mã “{part.id}” dùng cho hai thành phần.", f"Expected one element with id “{part.id}”.",
            )  # fmt: skip
        model.add(part)

    def _link(self, model: Model) -> None:
        for decision in model.decisions.values():
            decision.requires = self._references(
                model, decision.element, ("requiredInput", "requiredDecision", "requiredKnowledge")
            )
        for knowledge in model.knowledge.values():
            knowledge.requires = self._references(model, knowledge.element, ("requiredKnowledge",))
        for service in model.services.values():
            for tag, into in (
                ("outputDecision", service.outputs),
                ("inputData", service.inputs),  # the order of a service's parameters
                ("inputDecision", service.inputs),
            ):
                into.extend(self._target(model, reference) for reference in children(service.element, tag))
        _refuse_cycles(model)

    def _references(self, model: Model, element: etree._Element, tags: tuple[str, ...]) -> list[str]:
        found: list[str] = []
        for requirement in element:
            for tag in tags:
                found.extend(self._target(model, reference) for reference in children(requirement, tag))
        return found

    def _target(self, model: Model, reference: etree._Element) -> str:
        target = reference.get("href", "").rpartition("#")[2]
        if target not in model.by_id:
            raise DmnRefused(
                "dmn.dangling", id_at(reference), f"Không tìm thấy thành phần “{target}” được tham chiếu.",
                f"Expected an element with id “{target}”.",
            )  # fmt: skip
        return target


def _refuse_cycles(model: Model) -> None:
    """Requirements must form no circle (DMN 1.5 §6.2.2); without recursion, long chains are allowed."""
    state: dict[str, int] = {}
    for start in model.by_id:
        stack = [(start, False)]
        while stack:
            current, leaving = stack.pop()
            if leaving:
                state[current] = 2
                continue
            if state.get(current):
                continue
            state[current] = 1
            stack.append((current, True))
            for target in model.requirements_of(current):
                if state.get(target) == 1:
                    raise DmnRefused(
                        "dmn.cycle", current, f"Quyết định “{current}” phụ thuộc vòng tròn.",
                        f"Expected no circle of requirements through “{current}”.",
                    )  # fmt: skip
                stack.append((target, False))
