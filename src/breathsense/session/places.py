"""What a person calls the places where a wearable is worn."""

from breathsense.core.model.sensors import Place

PLACE_WORDS: dict[Place, str] = {"abdomen": "belly", "chest": "ribs", "back": "back"}
"""In the order in which they are given away."""
