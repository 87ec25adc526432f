"""The evidence pack: everything that an assessor takes away, made from one content, signed, and checked without us."""
