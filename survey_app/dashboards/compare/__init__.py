"""Do two periods, or two groups, differ by more than chance explains?"""
