"""Rows of the small shop."""

from tests.stack.seed.fields import Json
from tests.stack.seed.files import DOCUMENTS
from tests.stack.seed.invent import Inventor
from tests.stack.seed.people import source_role
from tests.stack.seed.rows.stamps import authorship

ROLES = (source_role("editors"), source_role("integrations"), None)
SKUS = tuple(f"{number:04d}-{'ABCD'[number % 4]}" for number in range(1, 25))
ORDERS = 40


def _products() -> list[Json]:
    invent = Inventor("products")
    return [
        {
            "sku": sku,
            "name": f"{invent.words(3)} {number}",
            "barcode": f"{4_000_000_000_000 + number * 977}",
            "price": invent.decimal(99, 99_999, 2),
            "weight_kg": invent.number(1, 4000) / 128,
            "stock": invent.number(-2, 300),
            "materials": invent.some(
                ["wood", "steel", "wool", "Porzellan", "竹"], invent.number(1, 3)
            ),
            "dimensions": {"width": invent.number(1, 90), "height": 12.5, "unit": "cm"}
            if number % 3
            else None,
            "on_sale": invent.chance(0.3),
            "manual": invent.pick(DOCUMENTS) if number % 5 == 0 else None,
            "description": f"# {invent.words(3)}\n\n- {invent.words(5)}\n- {invent.words(5)}\n",
        }
        for number, sku in enumerate(SKUS)
    ]


def _orders() -> list[Json]:
    invent = Inventor("orders")
    return [
        {
            "id": 70_000 + number,
            "number": f"{invent.number(2015, 2022)}-{number:05d}",
            "status": invent.pick(("open", "paid", "shipped", "returned")),
            "customer": invent.words(2),
            "address": {
                "street": f"{invent.words(1)} {invent.number(1, 99)}",
                "zip": f"{invent.number(0, 99999):05d}",
            },
            "delivery_day": invent.moment().date().isoformat() if invent.chance(0.8) else None,
            "delivery_from": f"{invent.number(7, 18):02d}:30:00" if invent.chance(0.5) else None,
            "role_created": invent.pick(ROLES),
            **authorship(invent),
        }
        for number in range(1, ORDERS + 1)
    ]


def _order_lines() -> list[Json]:
    invent = Inventor("order_lines")
    rows: list[Json] = []
    for number in range(1, ORDERS + 1):
        for sku in invent.some(SKUS, invent.number(1, 4)):
            rows.append(
                {
                    "id": len(rows) + 1,
                    "order": 70_000 + number,
                    "product": sku,
                    "quantity": invent.number(1, 12),
                    "unit_price": invent.decimal(50, 99_999, 2),
                    "discount": invent.decimal(0, 50_000, 5) if invent.chance(0.3) else None,
                }
            )
    return rows


ROWS: dict[str, list[Json]] = {
    "products": _products(),
    "orders": _orders(),
    "order_lines": _order_lines(),
}
