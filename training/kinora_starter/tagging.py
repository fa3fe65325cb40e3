"""Tags the words of a caption with the subject that they describe: direct supervision of binding, which slots alone teach slowly.

The words of a class are learned, not listed: words that occur only in captions of scenes with the class, counted in scenes with one
subject.
"""

from collections import Counter, defaultdict

from .records import Record

FIELDS = ("object", "colour", "material")
NOBODY = -1


class Tagger:
    """Learns words from records with one subject, and tags words of the others."""

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
        """Returns the field and class that a word states, if any."""
        if self.seen[word] < self.least:
            return None
        value, count = self.with_value[word].most_common(1)[0]
        return value if count >= self.precision * self.seen[word] else None

    def tags(self, record: Record, words: list[int]) -> list[int]:
        """Returns the index of each word's subject, or NOBODY where it describes none or several."""
        return [self.tag(record, word) for word in words]

    def tag(self, record: Record, word: int) -> int:
        value = self.value_of(word)
        if value is None or record.spec["object2"] is None:
            return NOBODY
        field, wanted = value
        owners = [s for s in range(3) if record.spec[f"{field}{s + 1}"] == wanted]
        return owners[0] if len(owners) == 1 else NOBODY
