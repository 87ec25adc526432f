"""What the API takes and gives, declared once: requests are read by it, and OpenAPI is written from it."""
