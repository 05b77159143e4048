"""What the command line shows: progress during a run, tables at its end."""
