"""From any published number down to the landed records that it was made of."""
