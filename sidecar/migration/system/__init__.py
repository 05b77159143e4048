"""What is not rows: settings, extensions, password mails, and counts for the form."""
