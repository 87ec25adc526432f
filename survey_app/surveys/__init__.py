"""What is asked: surveys, frozen versions, questions with their lineage, the question bank."""
