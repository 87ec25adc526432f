"""What those who talk with residents would do better, and what was answered."""
