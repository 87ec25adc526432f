"""What do residents write about, and how does that change?"""
