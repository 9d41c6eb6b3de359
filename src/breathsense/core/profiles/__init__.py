"""Wearables as data: TOML text to a frozen, validated profile."""
