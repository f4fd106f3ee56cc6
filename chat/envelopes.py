"""The form of an envelope, which is all that this side knows of what is said (docs/sealed.md). Pure."""

NONCE_BYTES, BLOCK_BYTES, TAG_BYTES = 12, 64, 16
BYTES_PER_CHARACTER = 4
LONGEST_PREFIX = len("1.999999.")


def has_whole_blocks(envelope: str) -> bool:
    """Whether it is as long as an envelope can be; its alphabet is checked when the frame is read."""
    signs = len(envelope) - envelope.rindex(".") - 1
    size = signs * 3 // 4 - NONCE_BYTES - TAG_BYTES
    return signs % 4 != 1 and size > 0 and size % BLOCK_BYTES == 0


def longest(characters: int) -> int:
    """The length of the longest envelope of a text of so many code points."""
    blocks = characters * BYTES_PER_CHARACTER // BLOCK_BYTES + 1
    size = NONCE_BYTES + blocks * BLOCK_BYTES + TAG_BYTES
    return LONGEST_PREFIX + -(-size * 4 // 3)
