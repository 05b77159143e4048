"""Before anything is planned: may the migration run, and what would it move?"""
