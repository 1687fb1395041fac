"""Tokens to syntax tree: the FEEL grammar of DMN 1.5 §10.3.1.2 by precedence climbing (names: `feel/naming.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from feel import syntax as s
from feel.errors import FeelError
from feel.lexer import KEYWORDS, Token, unescape
from feel.naming import NameParser
from feel.values import number

_LEVELS = {
    "or": 1, "and": 2,
    "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "between": 3, "in": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "**": 6, "^": 6,
}  # fmt: skip
_ADDITIVE, _POWER = 4, 6
_COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))


class Parser(NameParser):
    """One text being parsed. `names` may hold spaces and symbols; `functions` are the built-ins' names."""

    def __init__(self, text: str, names: Iterable[str], functions: Iterable[str]) -> None:
        super().__init__(text, names, functions)
        self.in_range = False  # behind `..`: a [ may close the range

    # -- the three things that can be asked for -------------------------------------------------------------

    def whole_expression(self) -> s.Node:
        node = self.expression()
        self._expect_end()
        return node

    def whole_unary_tests(self) -> s.Node:
        """DMN 1.5 §10.3.1.2 rules 13-16: `-`, `not(tests)` or a list of tests."""
        first = self._peek()
        if first.text == "-" and self.tokens[1].kind == "end":
            return s.AnyTest(first.start)
        if first.text == "not" and self.tokens[1].text == "(" and self._closes_at_end(1):
            self.index = 2
            tests = self._list_of_tests(")")
            self._expect_end()
            return s.TestList(first.start, tests, negated=True)
        tests = self._list_of_tests("")
        self._expect_end()
        return s.TestList(first.start, tests, negated=False)

    # -- expressions ----------------------------------------------------------------------------------------

    def expression(self) -> s.Node:
        self._deeper()
        node = self._binary(1)
        self.nesting -= 1
        return node

    def _binary(self, minimum: int) -> s.Node:
        left = self._unary()
        while True:
            token = self._peek()
            level = _LEVELS.get(token.text, 0) if token.kind in ("op", "name") else 0
            if level < minimum:
                return left
            self._next()
            if level <= 2:
                operands = [left, self._binary(level + 1)]
                while self._peek().text == token.text and self._peek().kind == "name":
                    self._next()
                    operands.append(self._binary(level + 1))
                left = s.Logic(left.offset, token.text, tuple(operands))
            elif token.text == "between":
                low = self._binary(_ADDITIVE)
                self._expect("and")
                left = s.Between(left.offset, left, low, self._binary(_ADDITIVE))
            elif token.text == "in":
                left = s.In(left.offset, left, self._tests_after_in())
            else:
                operator = "**" if token.text == "^" else token.text  # the bpmn.io editors' other spelling
                left = s.Binary(left.offset, operator, left, self._binary(level + 1))

    def _unary(self) -> s.Node:
        token = self._peek()
        if token.text == "-" and token.kind == "op":
            self._next()
            self._deeper()
            operand = self._unary()
            self.nesting -= 1
            if (
                isinstance(operand, s.Literal)
                and isinstance(operand.value, int | Decimal)
                and operand.value is not True
            ) and operand.value is not False:
                return s.Literal(token.start, -operand.value)
            return s.Negate(token.start, operand)
        node = self._postfix(self._primary())
        while self._peek().text == "instance" and self._peek(1).text == "of":
            self.index += 2
            node = s.InstanceOf(node.offset, node, self._type())
        return node

    def _postfix(self, node: s.Node, bracket_may_close: bool = False) -> s.Node:
        while True:
            token = self._peek()
            if token.kind != "op":
                return node
            if token.text == ".":
                self._next()
                node = s.Path(node.offset, node, self._member())
            elif token.text == "(":
                node = self._call(node)
            elif token.text == "[":
                start, nesting = self.index, self.nesting
                try:
                    self._next()
                    condition = self.expression()
                    self._expect("]")
                except FeelError:
                    if not self.in_range:
                        raise
                    # The [ closes a range such as [1..10[.
                    self.index, self.nesting, self.in_range = start, nesting, True
                    return node
                node = s.Filter(node.offset, node, condition)
            else:
                return node

    def _primary(self) -> s.Node:
        token = self._next()
        match token.kind:
            case "number":
                return s.Literal(token.start, self._number(token.text))
            case "string":
                return s.Literal(token.start, unescape(token.text))
            case "at":
                return s.AtLiteral(token.start, unescape(token.text[token.text.index('"') :]))
            case "quoted":
                return s.Name(token.start, token.text[1:-1])
            case "name":
                return self._word(token)
            case "op":
                return self._symbol(token)
        self._back(token)
        raise self._unexpected("một giá trị", "a value")

    def _number(self, text: str) -> int | Decimal:
        """A numeric literal as int where it is whole and small, else as a Decimal of 34 digits."""
        value = number(Decimal(text)) if len(text) <= 1_000 else None
        if value is None:
            self.index -= 1
            raise self._error("Số quá lớn.", "Expected a number within 34 digits and an exponent of 6144.")
        return value

    def _word(self, token: Token) -> s.Node:
        self.index -= 1
        name = self._known_name()
        if name is not None:
            return s.Name(token.start, name)
        match token.text:
            case "true" | "false":
                self._next()
                return s.Literal(token.start, token.text == "true")
            case "null":
                self._next()
                return s.Literal(token.start, None)
            case "if":
                return self._if()
            case "for":
                return self._for()
            case "some" | "every":
                return self._quantified()
            case "function" if self._peek(1).text == "(":
                return self._function()
        if token.text in KEYWORDS and token.text != "external":
            raise self._unexpected("một giá trị", "a value")
        return s.Name(token.start, self._words())

    def _symbol(self, token: Token) -> s.Node:
        match token.text:
            case "(":
                return self._parenthesis(token)
            case "[":
                return self._bracket(token)
            case "]":
                low = self._endpoint()
                return self._range(token, low)
            case "{":
                return self._context(token)
            case "?":
                return s.Input(token.start)
        if token.text in _COMPARISONS:
            return s.Test(token.start, token.text, self._binary(_ADDITIVE))
        self._back(token)
        raise self._unexpected("một giá trị", "a value")

    def _parenthesis(self, token: Token) -> s.Node:
        inner = self.expression()
        if self._peek().text == "..":
            return self._range(token, inner)
        self._expect(")")
        return inner

    def _bracket(self, token: Token) -> s.Node:
        if self._accept("]"):
            return s.ListLiteral(token.start, ())
        items = [self.expression()]
        if self._peek().text == "..":
            return self._range(token, items[0])
        while self._accept(","):
            items.append(self.expression())
        self._expect("]")
        return s.ListLiteral(token.start, tuple(items))

    def _range(self, opening: Token, low: s.Node) -> s.Node:
        self._expect("..")
        outside, self.in_range = self.in_range, True
        high = self._endpoint()
        self.in_range = outside
        closing = self._next()
        if closing.text not in ("]", ")", "["):
            self._back(closing)
            raise self._unexpected("dấu ] hoặc ) để đóng khoảng", "] or ) to close the range")
        return s.RangeLiteral(opening.start, low, high, opening.text == "[", closing.text == "]")

    def _endpoint(self) -> s.Node:
        self._deeper()
        node = self._binary(_ADDITIVE)
        self.nesting -= 1
        return node

    def _context(self, token: Token) -> s.Node:
        entries: list[tuple[str, s.Node]] = []
        outside, self.in_range = self.in_range, False
        if not self._accept("}"):
            while True:
                key = self._key()
                self._expect(":")
                self.names.learn(key)
                entries.append((key, self.expression()))
                if not self._accept(","):
                    break
            self._expect("}")
        self.in_range = outside
        if len({key for key, _ in entries}) < len(entries):
            raise self._error("Ngữ cảnh có hai mục trùng tên.", "Expected distinct keys in the context.")
        return s.ContextLiteral(token.start, tuple(entries))

    def _key(self) -> str:
        token = self._peek()
        if token.kind == "string":
            self._next()
            return unescape(token.text)
        return self._free_name((":",))

    def _call(self, function: s.Node) -> s.Node:
        opening = self._next()
        arguments: list[s.Node] = []
        names: list[str] = []
        if not self._accept(")"):
            named = self._argument_name() is not None
            while True:
                if named:
                    name = self._argument_name()
                    if name is None:
                        raise self._unexpected("tên tham số", "a parameter name")
                    names.append(name[0])
                    self.index = name[1]
                arguments.append(self.expression())
                if not self._accept(","):
                    break
            self._expect(")")
        del opening
        return s.Call(function.offset, function, tuple(arguments), tuple(names) if names else None)

    def _if(self) -> s.Node:
        start = self._next().start
        condition = self.expression()
        self._expect("then")
        then = self.expression()
        self._expect("else")
        return s.If(start, condition, then, self.expression())

    def _for(self) -> s.Node:
        start = self._next().start
        iterators = self._iterators()
        self._expect("return")
        return s.For(start, iterators, self.expression())

    def _quantified(self) -> s.Node:
        token = self._next()
        iterators = self._iterators()
        self._expect("satisfies")
        return s.Quantified(token.start, token.text, iterators, self.expression())

    def _iterators(self) -> tuple[tuple[str, s.Node, s.Node | None], ...]:
        iterators: list[tuple[str, s.Node, s.Node | None]] = []
        while True:
            name = self._free_name(("in",))
            self._expect("in")
            source, end = self.expression(), None
            if self._accept(".."):
                end = self.expression()
            self.names.learn(name)
            iterators.append((name, source, end))
            if not self._accept(","):
                return tuple(iterators)

    def _function(self) -> s.Node:
        start = self._next().start
        self._expect("(")
        parameters: list[tuple[str, s.TypeNode | None]] = []
        if not self._accept(")"):
            while True:
                name = self._free_name((",", ")", ":"))
                kind = self._type() if self._accept(":") else None
                self.names.learn(name)
                parameters.append((name, kind))
                if not self._accept(","):
                    break
            self._expect(")")
        if self._peek().text == "external":
            self._next()
            self.expression()
            return s.External(start)
        return s.Function(start, tuple(parameters), self.expression())

    # -- unary tests ----------------------------------------------------------------------------------------

    def _tests_after_in(self) -> tuple[s.Node, ...]:
        opening = self._peek()
        if opening.text != "(" or opening.kind != "op":
            return (self._binary(_ADDITIVE),)
        start = self.index
        self._next()
        first = self.expression()
        if self._peek().text == "..":
            self.index = start
            return (self._binary(_ADDITIVE),)
        tests = [first]
        while self._accept(","):
            tests.append(self.expression())
        self._expect(")")
        return tuple(tests)

    def _list_of_tests(self, closing: str) -> tuple[s.Node, ...]:
        tests = [self.expression()]
        while self._accept(","):
            tests.append(self.expression())
        if closing:
            self._expect(closing)
        return tuple(tests)

    def _closes_at_end(self, opening: int) -> bool:
        depth = 0
        for index in range(opening, len(self.tokens)):
            token = self.tokens[index]
            if token.kind == "op":
                depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                return self.tokens[index + 1].kind == "end"
        return False
