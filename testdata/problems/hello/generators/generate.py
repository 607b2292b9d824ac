#!/usr/bin/env python3
"""The secret guests of the Hotel Miramar."""

GUESTS = {
    "01-one-letter": "Q",
    "02-lower-case": "bell",
    "03-two-words": "Maria Mitchell",
    "04-hyphen": "Irene Joliot-Curie",
    "05-apostrophe": "O'Neil of the Long-Road",
    "06-many-words": "a B c D e F g H i J k L m N o P q R s T u V w X y",
    "07-longest-word": "Wolfeschlegelsteinhausenbergerdorffwelchevoralter",
    "08-mixed-case": "mArY SoMeRvIlLe",
}


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for name, guest in GUESTS.items():
        yield f"secret/{name}", f"{guest}\n", f"Hello, {guest}!\n"
