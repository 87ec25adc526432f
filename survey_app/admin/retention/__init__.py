"""How long each class of data is kept, with what would go before it is changed."""
