"""What Great Expectations looks at. Nothing outside this folder imports it."""
