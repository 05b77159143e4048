"""Values as databases hold them, what Directus shows of each, and what it stores when that is
written: made by SQL and read by REST, and the other way round."""
