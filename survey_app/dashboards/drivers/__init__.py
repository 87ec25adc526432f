"""What would move satisfaction?"""
