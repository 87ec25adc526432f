"""Does it matter how people answered?"""
