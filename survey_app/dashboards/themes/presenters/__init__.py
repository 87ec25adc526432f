"""The pages of themes, as their templates and files receive them."""
