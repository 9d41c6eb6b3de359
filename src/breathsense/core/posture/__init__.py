"""How the trunk leans, bends and slumps."""
