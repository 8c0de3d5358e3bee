"""Mentions and claims of many articles → people, organisations, claim groups, syndication clusters."""
