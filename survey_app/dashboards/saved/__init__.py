"""Views: pages of figures or comments with their filters, kept under a name, for oneself or for the whole council."""
