"""A survey as its people meet it, before it is published."""
