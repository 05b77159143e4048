"""Names, most of them plain."""

from hypothesis import strategies as st

PLAIN = ("thing", "order_line", "customer", "Note", "a", "value_2")
ODD = (
    "with space", "ümläut", "日本", "hash#ed", "per%cent", "a?x=1", "semi;colon", "quote'd",
    "UPPER", "a-b", "brack[et]", "colon:ed", "eq=ual", "comma,ed", "at@sign", "star*", "dot.ted",
    "rou(nd)",
    "emoji🌊", "select", "user", "filter", "group", "sort", "a/b", 'dou"ble',
    "$dollar", "_and", "count", "limit", "and", "null",
    "length", "fields",
)  # fmt: skip
# Of ten names, so many are odd.
ODD_OF_TEN = 3

words = st.integers(1, 10).flatmap(
    lambda drawn: st.sampled_from(ODD if drawn > 10 - ODD_OF_TEN else PLAIN)
)
