"""What a form says, whoever brought it: its fields, its person, its tags."""
