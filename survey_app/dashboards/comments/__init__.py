"""The explorer of comments: who says this, how often, and is the label right?"""
