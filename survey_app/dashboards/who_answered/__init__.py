"""Who answered against who contacted us: the page /dashboards/who-answered."""
