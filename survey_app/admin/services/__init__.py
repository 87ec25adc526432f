"""The tree of services: changed one by one or by a file that is looked at first, closed, and never lost."""
