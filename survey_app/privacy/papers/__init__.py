"""What a council writes down about the data that it uses: the data map, the impact assessment, the records."""
