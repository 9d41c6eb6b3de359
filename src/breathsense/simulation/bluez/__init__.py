"""A virtual wearable served as ``org.bluez`` on a private D-Bus, for any Bluetooth client."""
