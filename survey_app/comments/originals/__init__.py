"""What somebody wrote, before details were taken out: opened for a reason, by few, and never in passing."""
