"""The order in which collections load, so that the target of a reference exists before the row.

Only a reference that closes a cycle is deferred: the first write leaves it out, and a second one
sets it. Nullable references are deferred first. A NOT NULL reference is deferred only when a cycle
has nothing else, and then ``relaxed_not_null`` names it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """``column`` of the collection ``origin`` refers to the collection ``target``."""

    origin: str
    target: str
    column: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Collections that depend on each other in circles, mostly just one."""

    # In loading order.
    names: tuple[str, ...]
    # References to set when the whole group is loaded.
    deferred: tuple[Edge, ...] = ()
    # Collections of other groups that load first.
    after: frozenset[str] = frozenset()

    @property
    def relaxed_not_null(self) -> tuple[Edge, ...]:
        """The deferred references that are NOT NULL."""
        return tuple(edge for edge in self.deferred if not edge.nullable)


def arrange(names: Iterable[str], edges: Iterable[Edge]) -> list[Group]:
    """The groups in loading order. The same input gives the same order. Edges to or from unknown
    names do not count."""
    known = set(names)
    inner = [edge for edge in edges if edge.origin in known and edge.target in known]
    groups = []
    for component in _components(known, inner):
        inside = [edge for edge in inner if edge.origin in component and edge.target in component]
        deferred: list[Edge] = []
        after = frozenset(edge.target for edge in inner if edge.origin in component) - component
        names = tuple(_break_cycles(component, inside, deferred))
        groups.append(Group(names, tuple(deferred), after))
    return groups


def _break_cycles(names: Collection[str], edges: list[Edge], deferred: list[Edge]) -> Iterator[str]:
    """Yield ``names`` in order. Add to ``deferred`` the references that close a cycle."""
    work = [(set(names), edges)]
    while work:
        component, edges = work.pop()
        inside = [edge for edge in edges if edge.origin in component and edge.target in component]
        first = _first_of(component, inside)
        deferred += sorted(
            (edge for edge in inside if edge.origin == first), key=lambda edge: edge.column
        )
        yield first
        rest = [edge for edge in inside if first not in (edge.origin, edge.target)]
        work += reversed([(part, rest) for part in _components(component - {first}, rest)])


def _first_of(component: Collection[str], edges: list[Edge]) -> str:
    """The collection whose references cost least to defer: none of them NOT NULL, if possible."""

    def cost(name: str) -> tuple[int, int, str]:
        out = [edge for edge in edges if edge.origin == name and edge.target != name]
        return sum(1 for edge in out if not edge.nullable), len(out), name

    candidates = component
    if all(cost(name)[0] for name in component):
        hard = [edge for edge in edges if not edge.nullable]
        candidates = next(part for part in _components(component, hard) if len(part) > 1)
    return min(candidates, key=cost)


def _components(names: Collection[str], edges: Iterable[Edge]) -> Iterator[set[str]]:
    """Strongly connected components, targets first (Tarjan 1972, without recursion)."""
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
    """Whether to descend into ``target``. Otherwise record that it leads back."""
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
