"""The bytes of files: shards of them, who sends them, and the proof that they arrived."""
