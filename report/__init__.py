"""The report: one page of eleven parts that needs no server, made from the published warehouse alone."""
