"""Nothing lost: people who talk through a whole set-up while its parts are killed, paused, cut off and set wrong."""
