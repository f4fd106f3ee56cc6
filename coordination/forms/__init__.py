"""What coordinators may type, checked."""
