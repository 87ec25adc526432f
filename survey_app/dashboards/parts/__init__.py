"""How is one part of the council doing: a channel, a site, a team, a group of customers?"""
