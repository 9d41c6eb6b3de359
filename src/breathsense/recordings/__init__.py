"""Recordings on disk: written crash-safe, read, converted, repaired; tables are read here too."""
