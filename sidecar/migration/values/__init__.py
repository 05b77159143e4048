"""Values on their way from one database to another: parsing, encoding and comparison."""
