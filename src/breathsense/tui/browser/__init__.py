"""The app in a browser of this computer; needs the extra ``web``."""
