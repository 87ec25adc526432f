"""A survey of another program brought along: the file is looked at first, and stored when somebody says so."""
