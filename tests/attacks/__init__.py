"""What somebody might try against the product. Each of these attacks has to fail."""
