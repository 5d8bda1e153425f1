"""What several vendors of the sandbox tell alike."""
