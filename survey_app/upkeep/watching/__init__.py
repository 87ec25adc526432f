"""How it all stands, for those who keep it running: figures for Prometheus, and what is noted beside readiness."""
