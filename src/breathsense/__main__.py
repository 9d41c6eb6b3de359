"""``python -m breathsense`` is the ``breathsense`` command."""

from breathsense.cli.main import main

if __name__ == "__main__":
    main()
