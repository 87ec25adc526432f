"""When and how people are asked: ways, windows, delay, reminder and limits, with an example in words."""
