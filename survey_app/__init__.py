"""Customer satisfaction surveys for councils."""
