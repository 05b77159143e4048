"""Who is who: matches the source's rows to the destination's, and rewrites references."""
