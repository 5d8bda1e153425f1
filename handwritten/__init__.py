"""What people write by hand, read in one way wherever it lies: tables, YAML, letters, words of closed lists."""
