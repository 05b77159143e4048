"""Ordering: whatever the graph, what a row points at is there before it, or the reference is
deferred."""

from hypothesis import given
from hypothesis import strategies as st

from sidecar.migration.plan.load_order import Edge, Group, arrange

NAMES = [f"c{number}" for number in range(7)]
edges = st.builds(
    Edge,
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(["a", "b", "c"]),
    st.booleans(),
)
graphs = st.lists(edges, max_size=16, unique_by=lambda edge: (edge.origin, edge.column))


def test_a_chain_loads_from_its_end() -> None:
    groups = arrange(["a", "b", "c"], [Edge("a", "b", "x"), Edge("b", "c", "x")])
    assert [group.names for group in groups] == [("c",), ("b",), ("a",)]
    assert all(group.deferred == () for group in groups)
    assert [group.after for group in groups] == [frozenset(), {"c"}, {"b"}]


def test_a_tree_defers_only_its_own_parent() -> None:
    parent = Edge("pages", "pages", "parent")
    assert arrange(["pages"], [parent]) == [Group(("pages",), (parent,))]


def test_a_cycle_defers_its_nullable_edge_and_not_the_required_one() -> None:
    optional, required = (
        Edge("authors", "posts", "featured"),
        Edge("posts", "authors", "author", nullable=False),
    )
    assert arrange(["posts", "authors"], [optional, required]) == [
        Group(("authors", "posts"), (optional,))
    ]


def test_a_cycle_of_required_edges_lifts_one() -> None:
    there, back = Edge("a", "b", "x", nullable=False), Edge("b", "a", "x", nullable=False)
    (group,) = arrange(["a", "b"], [there, back])
    assert group.relaxed_not_null == group.deferred == (there,)


def test_edges_to_collections_that_do_not_move_are_passed_over() -> None:
    assert arrange(["posts"], [Edge("posts", "directus_users", "author")]) == [Group(("posts",))]


def test_a_cycle_of_a_thousand_collections_is_arranged() -> None:
    names = [f"c{number:04}" for number in range(1000)]
    ring = [Edge(name, names[number - 1], "next") for number, name in enumerate(names)]
    (group,) = arrange(names, ring)
    assert len(group.names) == 1000
    assert len(group.deferred) == 1


@given(graphs)
def test_every_edge_is_satisfied_or_deferred(graph: list[Edge]) -> None:
    groups = arrange(NAMES, graph)
    order = [name for group in groups for name in group.names]
    assert sorted(order) == NAMES
    deferred = {edge for group in groups for edge in group.deferred}
    for edge in graph:
        assert order.index(edge.target) < order.index(edge.origin) or edge in deferred


@given(graphs)
def test_only_edges_that_close_a_cycle_are_deferred(graph: list[Edge]) -> None:
    for edge in (edge for group in arrange(NAMES, graph) for edge in group.deferred):
        assert edge.origin in _reachable(edge.target, graph)


@given(graphs)
def test_a_required_edge_is_deferred_only_in_a_cycle_of_required_edges(graph: list[Edge]) -> None:
    required = [edge for edge in graph if not edge.nullable]
    for edge in (edge for group in arrange(NAMES, graph) for edge in group.relaxed_not_null):
        assert edge.origin in _reachable(edge.target, required)


@given(graphs.flatmap(lambda graph: st.tuples(st.just(graph), st.permutations(graph))))
def test_the_order_does_not_depend_on_how_the_graph_is_listed(
    graphs: tuple[list[Edge], list[Edge]],
) -> None:
    graph, shuffled = graphs
    assert arrange(reversed(NAMES), shuffled) == arrange(NAMES, graph)


def _reachable(start: str, graph: list[Edge]) -> set[str]:
    found, ahead = {start}, [start]
    while ahead:
        name = ahead.pop()
        for edge in graph:
            if edge.origin == name and edge.target not in found:
                found.add(edge.target)
                ahead.append(edge.target)
    return found
