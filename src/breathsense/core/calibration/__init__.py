"""Learning what one person's breaths and braces look like to the sensors worn."""
