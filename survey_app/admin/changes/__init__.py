"""Every change of a setting, in words, and its way back."""
