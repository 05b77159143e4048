"""What both sides had after the last run, so that the next one knows who has changed a row."""
