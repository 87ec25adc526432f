"""Files that people upload as exhibits: taken by their content, kept in the database, handed out and never shown."""
