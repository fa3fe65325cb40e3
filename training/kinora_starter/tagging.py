"""Which subject a word of a caption speaks of: the direct lesson in binding that the slots alone teach slowly.

Nobody lists the words of a value. Those that only ever stand in captions of scenes with it are its words, so they are counted
in scenes with one subject.
"""

from collections import Counter, defaultdict

from data import Record

FIELDS = ("object", "colour", "material")
NOBODY = -1


class Tagger:
    """Learns words from records with one subject, then tags those of the others."""

    def __init__(self, least: int = 6, precision: float = 0.97):
        self.least, self.precision = least, precision
        self.seen: Counter[int] = Counter()
        self.with_value: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)

    def learn(self, record: Record, captions: list[list[int]]):
        if record.spec["object2"] is None:
            values = [(field, record.spec[f"{field}1"]) for field in FIELDS]
            for word in set().union(*captions):
                self.seen[word] += 1
                self.with_value[word].update(values)

    def value_of(self, word: int) -> tuple[str, str] | None:
        """The field and value that a word states, if it states one."""
        if self.seen[word] < self.least:
            return None
        value, count = self.with_value[word].most_common(1)[0]
        return value if count >= self.precision * self.seen[word] else None

    def tags(self, record: Record, words: list[int]) -> list[int]:
        """Per word the index of its subject, or NOBODY where it speaks of none or of several."""
        return [self.tag(record, word) for word in words]

    def tag(self, record: Record, word: int) -> int:
        value = self.value_of(word)
        if value is None or record.spec["object2"] is None:
            return NOBODY
        field, wanted = value
        owners = [s for s in range(3) if record.spec[f"{field}{s + 1}"] == wanted]
        return owners[0] if len(owners) == 1 else NOBODY
