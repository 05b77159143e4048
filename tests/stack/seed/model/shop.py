"""The small shop: products by article number, orders, and order lines that cannot be without
either."""

from tests.stack.seed.fields import (
    Json,
    alias,
    authored,
    authorship,
    choice,
    collection,
    counted_key,
    document,
    field,
    flag,
    folder,
    link,
    listing,
    money,
    needed,
    text_key,
)

GROUP = "shop"
QUANTITY_RULE: Json = {"_and": [{"quantity": {"_gt": 0}}]}

COLLECTIONS: list[Json] = [
    folder(GROUP, "storefront", "Shop"),
    collection(
        "products",
        GROUP,
        [
            text_key("sku", 20),
            needed("name", "string", interface="input"),
            needed(
                "barcode", "string", schema={"is_unique": True, "max_length": 13}, interface="input"
            ),
            money("price"),
            field("weight_kg", "float", interface="input"),
            field(
                "stock",
                "integer",
                schema={"default_value": 0, "is_nullable": False},
                interface="input",
            ),
            listing("materials"),
            document("dimensions"),
            flag("on_sale", False),
            field("manual", "uuid", special=["file"], interface="file"),
            field("description", "text", interface="input-rich-text-md"),
        ],
        icon="inventory_2",
    ),
    collection(
        "orders",
        GROUP,
        [
            counted_key(),
            needed(
                "number", "string", schema={"is_unique": True, "max_length": 16}, interface="input"
            ),
            choice("status", "open", "paid", "shipped", "returned"),
            needed("customer", "string", interface="input"),
            document("address"),
            field("delivery_day", "date", interface="datetime"),
            field("delivery_from", "time", interface="datetime"),
            field(
                "role_created",
                "uuid",
                special=["role-created"],
                interface="select-dropdown-m2o",
                readonly=True,
            ),
            alias("lines", "o2m", "list-o2m"),
            *authorship(),
        ],
        icon="shopping_cart",
    ),
    collection(
        "order_lines",
        GROUP,
        [
            counted_key(),
            needed("order", "integer", special=["m2o"], interface="select-dropdown-m2o"),
            needed(
                "product",
                "string",
                schema={"max_length": 20},
                special=["m2o"],
                interface="select-dropdown-m2o",
            ),
            needed("quantity", "integer", interface="input", validation=QUANTITY_RULE),
            money("unit_price"),
            field(
                "discount",
                "decimal",
                schema={"numeric_precision": 8, "numeric_scale": 5},
                interface="input",
            ),
        ],
        icon="receipt_long",
        accountability=None,
    ),
]

RELATIONS: list[Json] = [
    link("products", "manual", "directus_files"),
    link("orders", "role_created", "directus_roles"),
    *authored("orders"),
    link("order_lines", "order", "orders", "CASCADE", one_field="lines"),
    link("order_lines", "product", "products", "NO ACTION"),
]
