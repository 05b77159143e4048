"""Background runs: RQ queues and executes them, and Redis keeps their records."""
