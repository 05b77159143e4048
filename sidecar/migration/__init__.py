"""The migration itself: extract, plan, apply, verify, notify; ``pipeline`` calls them in that
order."""
