"""A whole day of many times today's demand, played in fast motion on the scaled set-up: `make bench-day`."""
