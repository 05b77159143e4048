"""What becomes of the destination's data model: the diff, the translation and loading mode."""
