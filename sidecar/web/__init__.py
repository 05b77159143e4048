"""The sidecar's HTTP interface, for the relay endpoint of the extension and for nobody else."""
