"""What needs attention?"""
