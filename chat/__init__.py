"""The conversation: frames, states, transcript, live rows, and the services that write them."""
