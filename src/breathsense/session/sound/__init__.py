"""What is to be heard: which sounds when, how they are made, and the program that plays them."""
