"""One small class per way to send a message; an error says whether it is permanent."""
