"""What all sensors tell about one moment, side by side."""
