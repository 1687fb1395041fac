"""Random block-structured processes: a tree of blocks, and the diagram that draws it.

The oracle plays the tree, the engine runs the diagram: they share nothing but this file. Blocks nest freely; every
automatic choice follows `coin`, which the driver sets anew in each step.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

KINDS = (
    "user", "user", "user", "seq", "seq", "par", "par", "xor", "loop", "inc", "sub", "sub", "call", "evgw", "catch", "throw",
)  # fmt: skip
LARGE = ("seq", "par", "par", "inc", "loop", "sub", "sub", "call", "evgw")
SOUND = ("user", "seq", "par", "xor", "loop", "inc", "sub", "call")
LEAVES = ("user", "user", "user", "catch", "throw")


@dataclass
class Boundary:
    """`key`: days of a timer, what `coin` must exceed, name of a message or signal, code of an error or escalation (None: any code)."""

    id: str
    kind: str
    key: object
    interrupting: bool
    merges: bool
    handler: Block
    many: bool = False


@dataclass
class EventSub:
    id: str
    kind: str
    key: object
    interrupting: bool
    body: Block
    many: bool = False


@dataclass
class Block:
    """`many`: None or (parallel, number of instances, complete after so many); `prefix`: set inside an instance of another loop."""

    kind: str
    id: str
    children: list[Block | None] = field(default_factory=list)
    boundaries: list[Boundary] = field(default_factory=list)
    event_subs: list[EventSub] = field(default_factory=list)
    many: tuple[bool, int, int] | None = None
    key: object = None
    prefix: str = ""


class Generator:
    """One random process per seed; `main` is its tree, `text` its drawing."""

    def __init__(self, seed: int, depth: int = 5, sound: bool = False) -> None:
        """`sound`: only what always completes and never puts two tokens in one place (no events, no throws)."""
        self.random = random.Random(seed)
        self.sound = sound
        self.count = 0
        self.main = Block("root", "p", [self._block(depth, False)])
        self.main.event_subs = self._event_subs()
        drawing = _Drawing()
        self.text = "\n".join([*drawing.root(self.main), *drawing.processes])

    def _id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def _block(self, depth: int, many: bool) -> Block:
        """`many`: inside a multi-instance scope, where items have a prefix."""
        pick = self.random.choice
        kind = pick(self._kinds(depth))
        down = depth - 1
        if kind == "user":
            return self._activity(Block("user", self._id("u")), depth, many)
        if kind == "seq":
            return Block("seq", self._id("q"), [self._block(down, many), self._block(down, many)])
        if kind in ("par", "inc"):
            branches: list[Block | None] = [self._block(down, many) for _ in range(self.random.randint(2, 3))]
            if kind == "par" and self.random.random() < 0.1:
                branches[-1] = None
            return Block(kind, self._id("g"), branches)
        if kind == "xor":
            second = self._block(down, many) if self.random.random() < 0.6 else None
            return Block("xor", self._id("x"), [self._block(down, many), second])
        if kind == "loop":
            return Block("loop", self._id("l"), [self._block(down, many)])
        if kind in ("sub", "call"):
            return self._scope(kind, down, many)
        if kind == "evgw":
            return Block(
                "evgw",
                self._id("v"),
                [self._block(down, many), self._block(down, many)],
                key=self.random.randint(1, 9),
                prefix="item" if many else "",
            )
        if kind == "catch":
            return Block("catch", self._id("c"), key=self.random.randint(1, 9))
        thrown = pick(
            ["error", "error", "escalation", "escalation", "signal", "signal", pick(["terminate", "end"])]
        )
        key = f"S{self.random.randint(1, 3)}" if thrown == "signal" else f"E{self.random.randint(1, 2)}"
        return Block("throw", self._id("t"), key=(thrown, key))

    def _kinds(self, depth: int) -> tuple[str, ...]:
        kinds = LARGE if depth > 2 else KINDS if depth > 0 else LEAVES
        return tuple(k for k in kinds if k in SOUND) if self.sound else kinds

    def _scope(self, kind: str, depth: int, many: bool) -> Block:
        block = Block(kind, self._id("sub" if kind == "sub" else "call"))
        inner_many = many
        if self.random.random() < 0.35:
            block.many = self._many()
            inner_many = True
        block.children = [self._block(depth, inner_many)]
        block.event_subs = self._event_subs(inner_many)
        block.boundaries = self._boundaries(depth, many, scope=True)
        block.prefix = "item" if many else ""
        return block

    def _activity(self, block: Block, depth: int, many: bool) -> Block:
        if self.random.random() < 0.25:
            block.many = self._many()
        block.boundaries = self._boundaries(depth, many, scope=False)
        block.prefix = "item" if many else ""
        return block

    def _many(self) -> tuple[bool, int, int]:
        number = self.random.randint(0, 3)
        return (self.random.random() < 0.5, number, self.random.choice([number, number, max(1, number - 1)]))

    def _boundaries(self, depth: int, many: bool, scope: bool) -> list[Boundary]:
        made: list[Boundary] = []
        while not self.sound and len(made) < 3 and self.random.random() < (0.5 if scope else 0.3):
            kind = self.random.choice(
                ["timer", "timer", "message", "signal", "error", "escalation", "conditional"]
            )
            interrupting = kind == "error" or self.random.random() < 0.5
            handler = (
                self._block(min(depth - 1, 1), many)
                if depth > 0
                else Block("user", self._id("u"), prefix="item" if many else "")
            )
            identifier = self._id("b")
            merges = interrupting and self.random.random() < 0.6
            made.append(
                Boundary(identifier, kind, self._key(kind, identifier), interrupting, merges, handler, many)
            )
            if (
                kind in ("error", "escalation") and self.random.random() < 0.5
            ):  # a given code beside a catch-all
                other = self._id("b")
                key = None if made[-1].key else "E1"
                user = Block("user", self._id("u"), prefix="item" if many else "")
                made.insert(
                    self.random.randint(0, len(made)),
                    Boundary(other, kind, key, interrupting, False, user, many),
                )
        named = {(b.kind, b.key): b for b in made}  # two borders of one name would race
        return list(named.values())

    def _event_subs(self, many: bool = False) -> list[EventSub]:
        if self.sound or self.random.random() > 0.25:
            return []
        kind = self.random.choice(["timer", "message", "signal", "error", "escalation", "conditional"])
        interrupting = kind == "error" or self.random.random() < 0.5
        identifier = self._id("es")
        key, body = self._key(kind, identifier), self._block(1, many)
        if (
            kind in ("escalation", "signal") and self.random.random() < 0.5
        ):  # what it throws itself goes past it
            body = Block("throw", self._id("t"), key=(kind, key or "E1"))
        return [EventSub(identifier, kind, key, interrupting, body, many)]

    def _key(self, kind: str, identifier: str) -> object:
        if kind == "timer":
            return self.random.randint(1, 9)
        if kind == "conditional":
            return self.random.randint(1, 2)
        if kind == "message":
            return f"M{identifier}"
        if kind == "signal":
            return f"S{self.random.randint(1, 3)}"
        return self.random.choice(["E1", "E2", None])


class _Drawing:
    """Draws a tree in the words of `tests.engine.flow.drawing`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.processes: list[str] = []

    def root(self, block: Block) -> list[str]:
        self._scope(block)
        return self.lines

    def _scope(self, block: Block) -> None:
        start = f"{block.id}_start"
        self._say(f"start {start}")
        entry, leave = self._draw(block.children[0])
        self._say(f"{start} -> {entry}", f"end {block.id}_end", f"{leave} -> {block.id}_end")
        for event in block.event_subs:
            self._say(
                f"event-sub {event.id} {{",
                f"start {event.id}_start {_event(event.kind, event.key, event.many)}{_flag(event.interrupting)}",
            )
            entry, leave = self._draw(event.body)
            self._say(
                f"{event.id}_start -> {entry}", f"end {event.id}_end", f"{leave} -> {event.id}_end", "}"
            )

    def _draw(self, block: Block | None) -> tuple[str, str]:
        assert block is not None
        return getattr(self, f"_draw_{block.kind}")(block)  # type: ignore[no-any-return]

    def _draw_user(self, block: Block) -> tuple[str, str]:
        self._say(f"user {block.id}{self._loop(block)}")
        return block.id, self._borders(block)

    def _draw_sub(self, block: Block) -> tuple[str, str]:
        self._say(f"sub {block.id}{self._loop(block)} {{")
        self._scope(block)
        self._say("}")
        return block.id, self._borders(block)

    def _draw_call(self, block: Block) -> tuple[str, str]:
        own, self.lines = self.lines, []
        self._scope(block)
        self.processes += [f"process {block.id}_process {{", *self.lines, "}"]
        self.lines = own
        self._say(f"call {block.id} calls={block.id}_process{self._loop(block)}")
        return block.id, self._borders(block)

    def _draw_seq(self, block: Block) -> tuple[str, str]:
        (a, b), (c, d) = self._draw(block.children[0]), self._draw(block.children[1])
        self._say(f"{b} -> {c}")
        return a, d

    def _draw_par(self, block: Block) -> tuple[str, str]:
        split, join = f"{block.id}_split", f"{block.id}_join"
        self._say(f"and {split} {join}")
        for child in block.children:
            if child is None:
                self._say(f"{split} -> {join}")
            else:
                a, b = self._draw(child)
                self._say(f"{split} -> {a}", f"{b} -> {join}")
        return split, join

    def _draw_inc(self, block: Block) -> tuple[str, str]:
        split, join = f"{block.id}_split", f"{block.id}_join"
        self._say(f"or {split} {join}")
        for number, child in enumerate(block.children):
            a, b = self._draw(child)
            self._say(
                f"{split} -> {a} default" if number == 0 else f"{split} -> {a} if coin > {number}",
                f"{b} -> {join}",
            )
        return split, join

    def _draw_xor(self, block: Block) -> tuple[str, str]:
        split, join = f"{block.id}_split", f"{block.id}_join"
        self._say(f"xor {split} {join}")
        a, b = self._draw(block.children[0])
        self._say(f"{split} -> {a} if coin > 1", f"{b} -> {join}")
        if block.children[1] is None:
            self._say(f"{split} -> {join} default")
        else:
            a, b = self._draw(block.children[1])
            self._say(f"{split} -> {a} default", f"{b} -> {join}")
        return split, join

    def _draw_loop(self, block: Block) -> tuple[str, str]:
        first, last, out, rest = (f"{block.id}_{n}" for n in ("first", "last", "out", "rest"))
        a, b = self._draw(block.children[0])
        self._say(
            f"xor {first} {last}",
            f"user {rest}",
            f"task {out}",
            f"{first} -> {a}",
            f"{b} -> {rest} -> {last}",
        )
        self._say(f"{last} -> {first} if coin > 2", f"{last} -> {out} default")
        return first, out

    def _draw_evgw(self, block: Block) -> tuple[str, str]:
        gate, timer, message, join = (f"{block.id}_{n}" for n in ("gate", "timer", "message", "join"))
        self._say(
            f"events {gate}",
            f"catch {timer} timer=P{block.key}D",
            f"catch {message} {_event('message', f'M{block.id}', bool(block.prefix))}",
            f"xor {join}",
        )
        for catch, child in ((timer, block.children[0]), (message, block.children[1])):
            a, b = self._draw(child)
            self._say(f"{gate} -> {catch} -> {a}", f"{b} -> {join}")
        return gate, join

    def _draw_catch(self, block: Block) -> tuple[str, str]:
        self._say(f"catch {block.id} timer=P{block.key}D")
        return block.id, block.id

    def _draw_throw(self, block: Block) -> tuple[str, str]:
        kind, key = block.key  # type: ignore[misc]
        user, gate, thrown, out = (f"{block.id}_{n}" for n in ("user", "gate", "thrown", "out"))
        what = {"terminate": "terminate", "end": ""}.get(kind, f"{kind}={key}")
        ends = kind in ("error", "terminate", "end")
        self._say(
            f"user {user}", f"xor {gate}", f"{'end' if ends else 'throw'} {thrown} {what}", f"xor {out}"
        )
        self._say(f"{user} -> {gate}", f"{gate} -> {thrown} if coin > 2", f"{gate} -> {out} default")
        if not ends:
            self._say(f"{thrown} -> {out}")
        return user, out

    def _borders(self, block: Block) -> str:
        """Draws the boundary events; answers where the block is left: a merge if a handler comes back."""
        merges = [b for b in block.boundaries if b.merges]
        leave = f"{block.id}_merge" if merges else block.id
        if merges:
            self._say(f"xor {leave}", f"{block.id} -> {leave}")
        for b in block.boundaries:
            self._say(f"boundary {b.id} on={block.id} {_event(b.kind, b.key, b.many)}{_flag(b.interrupting)}")
            a, z = self._draw(b.handler)
            self._say(f"{b.id} -> {a}")
            if b.merges:
                self._say(f"{z} -> {leave}")
            else:
                self._say(f"end {b.id}_end", f"{z} -> {b.id}_end")
        return leave

    def _loop(self, block: Block) -> str:
        if block.many is None:
            return ""
        parallel, number, until = block.many
        before = f'{block.prefix} + "." + ' if block.prefix else ""
        items = ", ".join(f'{before}"{i}"' for i in range(number)).replace('"', '\\"')
        kind = "parallel" if parallel else "sequential"
        condition = f' until="nrOfCompletedInstances >= {until}"' if until < number else ""
        return f' loop={kind} collection="=[{items}]"{condition}'

    def _say(self, *lines: str) -> None:
        self.lines.extend(lines)


def _event(kind: str, key: object, many: bool) -> str:
    if kind == "message" and many:  # each instance gets its own message
        return f"message={key} correlation==item"
    if kind == "conditional":
        return f'condition="coin > {key}"'
    return f"timer=P{key}D" if kind == "timer" else f"{kind}={key or '*'}"


def _flag(interrupting: bool) -> str:
    return "" if interrupting else " non-interrupting"
