"""Where did we beat last year?"""
