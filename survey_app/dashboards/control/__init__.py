"""Control charts: does a measure vary as it usually does, and will it meet its target as things run?"""
