"""The drill: a backup is restored into scratch, and all that can be proved of it is proved there."""
