"""The one way to a vendor's API: proof, limits, retries, paging and decoding."""
