"""Where notifications come from: Bluetooth, a recording, a virtual wearable. All of one shape."""
