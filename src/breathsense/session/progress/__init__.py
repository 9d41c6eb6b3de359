"""What weeks of practice look like: days, trends and words, made of the library's entries alone."""
