"""What `make bench` times, a module for each contest."""
