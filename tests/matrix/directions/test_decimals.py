"""Amounts of money arrive to the last digit, also from SQLite, which tells decimals and
floating-point numbers not apart."""

from decimal import Decimal

from tests.matrix.directions.instances import Bare, trip_with
from tests.matrix.directions.pair import Pair
from tests.stack.awkward.tables import table
from tests.stack.dump import dump
from tests.stack.seed.fields import counted_key, field

AMOUNTS = ["12345678.91", "-0.05", "99999999.99", "3", "0.1"]
MONEY = table(
    "money",
    [
        counted_key(),
        field("amount", "decimal", schema={"numeric_precision": 12, "numeric_scale": 2}),
        field("share", "float"),
    ],
)


def test_amounts_arrive_to_the_last_digit(pair: Pair, bare: Bare) -> None:
    with trip_with(pair, bare, [MONEY]) as trip:
        trip.post("money", [{"amount": amount, "share": 0.25} for amount in AMOUNTS])
        report = trip.run()
        assert (report.status, report.problems) == ("completed", [])
        assert [key for key in report.notes if "money" in key] == []
        rows = dump(pair.destination.database)["money"]
        assert {Decimal(str(row["amount"])) for row in rows} == {
            Decimal(amount) for amount in AMOUNTS
        }
        again = trip.run()
        assert (again.problems, again.resources["money"].skipped) == ([], len(AMOUNTS))
        assert again.schema is not None
        assert (again.schema["added"], again.schema["changed"]) == (0, 0)
