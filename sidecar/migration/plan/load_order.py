"""In which order collections load, so that what a row points at is there before it.

Only a reference that closes a cycle is deferred: left out of the first write and set in a second
one. Nullable references are deferred first; a NOT NULL one only when a cycle has nothing else, and
it is then named in ``relaxed_not_null``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

Graph = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Edge:
    """``origin``.``column`` points at ``target``; both are names of collections."""

    origin: str
    target: str
    column: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Collections that depend on each other in circles (mostly just one), in loading order.

    ``deferred`` are the references to be set once all of the group is loaded, ``after`` the
    collections of other groups that have to be there first.
    """

    names: tuple[str, ...]
    deferred: tuple[Edge, ...] = ()
    after: frozenset[str] = frozenset()

    @property
    def relaxed_not_null(self) -> tuple[Edge, ...]:
        """The deferred references that are NOT NULL."""
        return tuple(edge for edge in self.deferred if not edge.nullable)


def arrange(names: Iterable[str], edges: Iterable[Edge]) -> list[Group]:
    """Groups in loading order; the same for the same input. Edges to or from unknown names are
    passed over."""
    known = set(names)
    inner = [edge for edge in edges if edge.origin in known and edge.target in known]
    groups = []
    for component in _components(known, inner):
        own = [edge for edge in inner if edge.origin in component and edge.target in component]
        deferred: list[Edge] = []
        after = frozenset(edge.target for edge in inner if edge.origin in component) - component
        names = tuple(_break_cycles(component, own, deferred))
        groups.append(Group(names, tuple(deferred), after))
    return groups


def _break_cycles(names: Collection[str], edges: list[Edge], deferred: list[Edge]) -> Iterator[str]:
    """Yield ``names`` in order; add to ``deferred`` what had to be left out for it."""
    work = [(set(names), edges)]
    while work:
        component, edges = work.pop()
        own = [edge for edge in edges if edge.origin in component and edge.target in component]
        first = _first_of(component, own)
        deferred += sorted(
            (edge for edge in own if edge.origin == first), key=lambda edge: edge.column
        )
        yield first
        rest = [edge for edge in own if first not in (edge.origin, edge.target)]
        work += reversed([(found, rest) for found in _components(component - {first}, rest)])


def _first_of(component: Collection[str], edges: list[Edge]) -> str:
    """The collection that can go first at the least cost: no NOT NULL reference deferred unless all
    have one."""

    def cost(name: str) -> tuple[int, int, str]:
        out = [edge for edge in edges if edge.origin == name and edge.target != name]
        return sum(1 for edge in out if not edge.nullable), len(out), name

    candidates = component
    if all(cost(name)[0] for name in component):
        hard = [edge for edge in edges if not edge.nullable]
        candidates = next(found for found in _components(component, hard) if len(found) > 1)
    return min(candidates, key=cost)


def _components(names: Collection[str], edges: Iterable[Edge]) -> Iterator[set[str]]:
    """Strongly connected components, those that others point at first (Tarjan 1972, without
    recursion)."""
    targets: dict[str, list[str]] = {name: [] for name in sorted(names)}
    for edge in edges:
        targets[edge.origin].append(edge.target)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: dict[str, None] = {}
    for root in targets:
        work = [(root, iter(sorted(targets[root])))] if root not in index else []
        while work:
            name, ahead = work[-1]
            if name not in index:
                index[name] = low[name] = len(index)
                path[name] = None
            descend = next(
                (target for target in ahead if _visit(name, target, index, low, path)), None
            )
            if descend is not None:
                work.append((descend, iter(sorted(targets[descend]))))
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[name])
            if low[name] == index[name]:
                yield _pop_component(name, path)


def _visit(
    name: str, target: str, index: dict[str, int], low: dict[str, int], path: dict[str, None]
) -> bool:
    """Whether ``target`` is yet to be descended into; otherwise take note of a way back."""
    if target not in index:
        return True
    if target in path:
        low[name] = min(low[name], index[target])
    return False


def _pop_component(name: str, path: dict[str, None]) -> set[str]:
    component: set[str] = set()
    while name not in component:
        component.add(path.popitem()[0])
    return component
