"""The sidecar's HTTP interface. Only the extension's relay endpoint calls it."""
