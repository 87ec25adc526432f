"""Who is asked: what the council has set, what is known of those who wait, and what the draw hangs on."""
