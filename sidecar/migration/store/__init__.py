"""The sidecar's store on disk: private SQLite files that outlive a run, and their limits."""
