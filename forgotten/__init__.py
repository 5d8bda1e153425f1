"""Who was forgotten: keyed hashes of what named a person, and what stands in its place."""
