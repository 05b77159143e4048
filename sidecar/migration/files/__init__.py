"""The bytes of files: how they are divided, who sends them, and the proof that they arrived."""
