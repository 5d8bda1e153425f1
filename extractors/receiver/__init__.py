"""What others send us: forms that post, and pages that report their visits. Written to disk before it is answered."""
