"""What msgspec keeps of a type, built before two threads can ask for it at once."""

import msgspec


def learn(*kinds: type) -> None:
    """Let msgspec learn types, with all types in them; to be called where they are defined.

    It learns a type at first use. Meanwhile other threads go on, and one that uses the same type
    then reads what is half built: the program ends by a segmentation fault (msgspec 0.22). A module
    is imported by one thread only, whoever waits for it.
    """
    for kind in kinds:
        msgspec.json.Decoder(kind)
