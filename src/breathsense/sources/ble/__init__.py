"""Bluetooth LE: the only room that imports bleak."""
