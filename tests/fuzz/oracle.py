"""An independent token game over the tree of `generate`: what BPMN 2.0.2 says must be open after each step.

It knows no graph and no engine. A block is entered with a continuation; what waits is a `Thing` in a `Scope`; a
`Listener` is an event that may happen to a thing or a scope.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.fuzz.generate import Block, Boundary, EventSub
from tests.fuzz.position import Activation, Listener, Next, Scope, Thing


class Game:
    """One dossier. `coin` decides; `open()`, `timers()`, `messages()` say what waits."""

    def __init__(self, root: Block, now: datetime, coin: int) -> None:
        self.now = now
        self.coin = coin
        self.listeners: list[Listener] = []
        self.inclusive: dict[tuple[int, str], tuple[Scope, Block, Next, tuple]] = {}
        self.root = Scope(self)
        self.stuck: list[str] = []
        self._begin(self.root, root)
        self._settle()

    # -- what the driver sees and does ---------------------------------------------------------------------

    def open(self) -> list[tuple[str, str]]:
        return sorted((t.label, t.item or "") for t in self._leaves())

    def timers(self) -> list[tuple[datetime, str, str]]:
        return sorted((x.due, x.id, x.item) for x in self.listeners if x.due is not None)

    def messages(self) -> list[tuple[str, str]]:
        return sorted((str(x.key), x.item) for x in self.listeners if x.kind == "message")

    def complete(self, label: str, item: str) -> None:
        thing = next(t for t in self._leaves() if (t.label, t.item or "") == (label, item))
        self._instance_done(thing)
        self._settle()

    def fire(self, identifier: str, item: str, due: datetime, now: datetime) -> None:
        self.now = now
        self._first(lambda x: (x.id, x.item, x.due) == (identifier, item, due))

    def message(self, name: str, item: str) -> None:
        self._first(lambda x: (x.kind, x.key, x.item) == ("message", name, item))

    def signal(self, name: str) -> None:
        self._broadcast(name)
        self._settle()

    def throw(self, label: str, item: str, kind: str, code: str) -> bool:
        thing = next(t for t in self._leaves() if (t.label, t.item or "") == (label, item))
        caught = self._catcher(thing, kind, code)
        if caught is not None:
            caught.happen()
            self._settle()
        return caught is not None

    def ended(self) -> bool:
        return self.root.over

    def _leaves(self) -> list[Thing]:
        found: list[Thing] = []

        def walk(scope: Scope) -> None:
            for thing in scope.things:
                for t in thing.instances if isinstance(thing, Activation) else [thing]:
                    if t.open:
                        found.append(t)
                    if t.inner is not None:
                        walk(t.inner)

        walk(self.root)
        return found

    def _first(self, fits: Callable[[Listener], bool]) -> None:
        next(x for x in self.listeners if fits(x)).happen()
        self._settle()

    # -- blocks --------------------------------------------------------------------------------------------

    def _enter(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        getattr(self, f"_enter_{block.kind}")(block, scope, inside, then)

    def _enter_user(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        act = Activation(scope, inside, block.id, next=then, block=block)
        scope.things.append(act)
        for boundary in block.boundaries:
            self._attach(act, boundary)
        if block.many is None:
            self._instance(act, None)
            return
        parallel, number, _ = block.many
        before = f"{scope.item}." if block.prefix else ""
        act.items = [f"{before}{i}" for i in range(number)]
        if not act.items:
            act.gone()
            then()
            return
        for item in act.items if parallel else act.items[:1]:
            self._instance(act, item)

    _enter_sub = _enter_user
    _enter_call = _enter_user

    def _instance(self, act: Activation, item: str | None) -> None:
        assert act.block is not None
        shown = item if item is not None else act.scope.item
        thing = Thing(act.scope, act.inside, act.block.id, item=shown, owner=act)
        act.instances.append(thing)
        if act.block.kind == "user":
            thing.open = True
        else:
            thing.inner = Scope(self, parent=thing, item=shown)
            self._begin(thing.inner, act.block)

    def _enter_seq(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        a, b = block.children
        self._enter(a, scope, inside, lambda: self._enter(b, scope, inside, then))  # type: ignore[arg-type]

    def _enter_par(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        for number, child in enumerate(block.children):
            arrive = self._arriving(block, number, scope, inside, then)
            if child is None:
                arrive()
            else:
                self._enter(child, scope, inside, arrive)

    def _arriving(self, block: Block, number: int, scope: Scope, inside: tuple, then: Next) -> Next:
        def arrive() -> None:
            scope.things.append(thing := Thing(scope, inside, f"{block.id}@{number}"))
            here = scope.parked.setdefault(block.id, [])
            here.append(thing)
            labels = [f"{block.id}@{n}" for n in range(len(block.children))]
            if all(any(t.label == label for t in here) for label in labels):
                for label in labels:
                    consumed = next(t for t in here if t.label == label)
                    here.remove(consumed)
                    consumed.gone()
                then()

        return arrive

    def _enter_inc(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        self.inclusive[(id(scope), block.id)] = (scope, block, then, inside)
        chosen = [n for n in range(1, len(block.children)) if self.coin > n] or [0]
        for number in chosen:
            child = block.children[number]
            assert child is not None
            branch = (*inside, (block.id, number))

            def arrive(number: int = number) -> None:
                scope.things.append(thing := Thing(scope, inside, f"{block.id}@{number}"))
                scope.parked.setdefault(block.id, []).append(thing)

            self._enter(child, scope, branch, arrive)

    def _enter_xor(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        child = block.children[0 if self.coin > 1 else 1]
        if child is None:
            then()
        else:
            self._enter(child, scope, inside, then)

    def _enter_loop(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        body = block.children[0]
        assert body is not None

        def around() -> None:
            if self.coin > 2:
                self._enter_loop(block, scope, inside, then)
            else:
                then()

        rest = Block("user", f"{block.id}_rest")
        self._enter(body, scope, inside, lambda: self._enter_user(rest, scope, inside, around))

    def _enter_evgw(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        thing = Thing(scope, inside, block.id)
        scope.things.append(thing)

        def choose(child: Block) -> Next:
            def happen() -> None:
                thing.gone()
                self._enter(child, scope, inside, then)

            return happen

        timer, message = block.children
        assert timer is not None
        assert message is not None
        self._listen(thing.listeners, f"{block.id}_timer", "timer", block.key, choose(timer), scope)
        self._listen(
            thing.listeners, f"{block.id}_message", "message", f"M{block.id}", choose(message), scope
        )

    def _enter_catch(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        thing = Thing(scope, inside, block.id)
        scope.things.append(thing)

        def happen() -> None:
            thing.gone()
            then()

        self._listen(thing.listeners, block.id, "timer", block.key, happen, scope)

    def _enter_throw(self, block: Block, scope: Scope, inside: tuple, then: Next) -> None:
        kind, key = block.key  # type: ignore[misc]

        def gate() -> None:
            if self.coin <= 2:
                then()
                return
            ends = kind in ("error", "terminate", "end")  # no way leads on from an end event
            here = Thing(scope, () if ends else inside, f"{block.id}_thrown")
            scope.things.append(here)
            if kind == "signal":
                self._broadcast(key, scope)
            elif kind == "terminate":
                scope.clear()
            elif kind in ("error", "escalation"):
                caught = self._catcher(here, kind, key)
                if caught is not None:
                    caught.happen()
                elif kind == "error":
                    if scope.parent is None:
                        scope.clear()
                    else:
                        self.stuck.append(here.label)
                        return
            if here in scope.things:
                here.gone()
                if kind in ("signal", "escalation"):
                    then()

        self._enter_user(Block("user", f"{block.id}_user"), scope, inside, gate)

    # -- scopes and events ---------------------------------------------------------------------------------

    def _begin(self, scope: Scope, block: Block) -> None:
        for event in block.event_subs:
            self._arm(scope, event)
        child = block.children[0]
        assert child is not None
        self._enter(child, scope, (), lambda: None)

    def _instance_done(self, thing: Thing) -> None:
        act = thing.owner
        assert act is not None
        assert act.block is not None
        thing.gone()
        act.instances.remove(thing)
        act.done += 1
        many = act.block.many
        if many is None or act.done >= min(len(act.items), many[2]):
            act.gone()
            assert act.next is not None
            act.next()
        elif not many[0]:
            self._instance(act, act.items[act.done])

    def _attach(self, act: Activation, boundary: Boundary) -> None:
        def happen() -> None:
            scope, then = act.scope, act.next
            if boundary.interrupting:
                act.gone()
            elif boundary.kind == "timer":
                listener.stop()
            back = then if boundary.merges and then is not None else lambda: None
            inside = act.inside if boundary.merges else ()
            self._enter(boundary.handler, scope, inside, back)

        listener = self._listen(act.listeners, boundary.id, boundary.kind, boundary.key, happen, act.scope)

    def _arm(self, scope: Scope, event: EventSub) -> None:
        def happen() -> None:
            if event.interrupting:
                scope.clear()
            elif event.kind == "timer":
                listener.stop()
            thing = Thing(scope, (), event.id)
            scope.things.append(thing)
            thing.inner = Scope(self, parent=thing, item=scope.item)
            self._enter(event.body, thing.inner, (), lambda: None)

        listener = self._listen(scope.listeners, event.id, event.kind, event.key, happen, scope)

    def _listen(
        self, holder: list[Listener], identifier: str, kind: str, key: object, happen: Next, scope: Scope
    ) -> Listener:
        due = self.now + timedelta(days=key) if kind == "timer" else None  # type: ignore[arg-type]
        listener = Listener(self, identifier, kind, key, happen, due, scope.item or "")
        holder.append(listener)
        self.listeners.append(listener)
        return listener

    def _broadcast(self, name: object, thrown_in: Scope | None = None) -> None:
        """To all, but an event sub-process absorbs it for its sub-process's border, unless it throws it itself."""
        hears = [x for x in self.listeners if x.kind == "signal" and x.key == name]
        while thrown_in is not None and thrown_in.parent is not None:
            around = thrown_in.parent
            if around.owner is None:
                hears = [x for x in hears if x not in around.scope.listeners or x.id != around.label]
            thrown_in = around.scope
        for act in self._activations(self.root):
            inner = [x for t in act.instances if t.inner is not None for x in t.inner.listeners]
            if any(x in hears for x in inner):
                hears = [x for x in hears if x not in act.listeners]
        for listener in hears:
            if listener.live:
                listener.happen()

    def _activations(self, scope: Scope) -> list[Activation]:
        found: list[Activation] = []
        for thing in scope.things:
            found += [thing] if isinstance(thing, Activation) else []
            for t in thing.instances if isinstance(thing, Activation) else [thing]:
                found += self._activations(t.inner) if t.inner is not None else []
        return found

    def _catcher(self, thing: Thing, kind: str, code: object) -> Listener | None:
        """Level by level outwards: the activity's border, then the event sub-processes of its scope."""
        source: str | None = None
        here: Thing | None = thing
        while here is not None:
            holder = here.owner if here.owner is not None else here
            events = [x for x in here.scope.listeners if x.id != source]
            for level in (holder.listeners, events):
                fitting = [x for x in level if x.live and x.kind == kind and x.key in (code, None)]
                if fitting:
                    return next((x for x in fitting if x.key == code), fitting[0])
            here = here.scope.parent
            source = here.label if here is not None and here.owner is None else None
        return None

    # -- rest ----------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        while self._finish(self.root) or self._join() or self._conditions():
            pass

    def _conditions(self) -> bool:
        """A conditional event happens when its condition becomes true."""
        happened = False
        for listener in [x for x in self.listeners if x.kind == "conditional"]:
            true = self.coin > listener.key  # type: ignore[operator]
            rises, listener.was = true and not listener.was, true
            if listener.live and rises:
                listener.happen()
                happened = True
        return happened

    def _finish(self, scope: Scope) -> bool:
        for thing in list(scope.things):
            for t in list(thing.instances) if isinstance(thing, Activation) else [thing]:
                if t.inner is not None and self._finish(t.inner):
                    return True
        if scope.things or scope.over:
            return False
        scope.over = True
        scope.clear()
        if scope.parent is not None:
            if scope.parent.owner is not None:
                self._instance_done(scope.parent)
            else:
                scope.parent.gone()
        return True

    def _join(self) -> bool:
        """An inclusive join fires when no token is left in a branch that has not arrived."""
        for scope, block, then, _ in list(self.inclusive.values()):
            here = scope.parked.get(block.id, [])
            if not here or scope.over:
                continue
            arrived = {int(t.label.split("@")[1]) for t in here}
            running = {n for t in scope.things for b, n in t.inside if b == block.id}
            if running - arrived:
                continue
            for number in arrived:
                consumed = next(t for t in here if t.label == f"{block.id}@{number}")
                here.remove(consumed)
                consumed.gone()
            then()
            return True
        return False
