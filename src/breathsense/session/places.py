"""What a person calls the places where a wearable is worn."""

from collections.abc import Mapping

from breathsense.core.model.sensors import Place
from breathsense.session.texts import Words

PLACE_WORDS: Mapping[Place, str] = Words({"abdomen": "belly", "chest": "ribs", "back": "back"})
"""In the order in which they are given away."""
