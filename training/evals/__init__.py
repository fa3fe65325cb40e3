"""The ruler: what a clip shows and how it moves and sounds, as numbers, beside floors and corruptions."""
