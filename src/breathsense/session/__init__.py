"""The shell: a source feeds the recording, then the engine; screens pull views."""
