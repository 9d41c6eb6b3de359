"""The few wearables that a table cannot describe: one state machine without I/O a file."""
