"""Published tables: what stands published, the next edition beside it, and the files: the page /dashboards/tables."""
