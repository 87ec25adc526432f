"""The council, its services, teams, sites and channels, and the scope a viewer may see."""
