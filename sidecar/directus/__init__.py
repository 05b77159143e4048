"""Talking to a Directus instance over REST: the only place that knows about HTTP."""
