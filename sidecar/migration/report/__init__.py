"""What a run tells: its findings, its progress and the digests that prove it."""
