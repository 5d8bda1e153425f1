"""The report: one page of twelve parts that needs no server, made from the published warehouse alone."""
