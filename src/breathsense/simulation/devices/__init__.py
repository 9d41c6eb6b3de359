"""One device model a file: the wearable's side of its protocol."""
