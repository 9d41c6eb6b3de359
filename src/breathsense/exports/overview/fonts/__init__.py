"""DejaVu Sans (see LICENSE.txt): letters of Latin, Greek and Cyrillic for the PDF."""
