"""Back: results told to the ad platforms. Reads the private publication, never the landing zone nor a build."""
