"""Completing a prompt: what its words leave open is chosen, and said in words. Twin: crates/pipeline/src/completion.rs, whose reasons hold."""

import random
from collections.abc import Callable

from torch import Tensor

from config import CLASSES, SLOTS, slot_classes

SURE, LIKELY, READ = 0.95, 0.7, 0.9
ORDER = (
    ("action",), ("object1",), ("place",), ("style", "weather", "time"),
    ("colour2",), ("material2",), ("colour3",), ("material3",), ("colour1",), ("material1",),
)  # fmt: skip
PHRASES = {"clear": "under a clear sky", "rain": "in the rain", "fog": "in the fog", "snow": "in falling snow"}
PHRASES |= {"day": "by day", "sunset": "at sunset", "night": "at night"}

Reading = dict[str, Tensor]  # by slot, the probabilities of its classes


def completed(prompt: str, read: Callable[[str], Reading], rng: random.Random, before: dict[str, str] | None = None) -> str:
    """The prompt with words for what it leaves open; before says what was chosen in the clip that this one is made of."""
    text = read(prompt)
    for fields in ORDER:
        choices = {slot: value for slot in fields if (value := choose(text, slot, rng, before or {})) is not None}
        for attempt in attempts(choices):
            longer = prompt
            for slot, value in attempt.items():
                longer = said(longer, slot, value, text)
            if becomes(text, later := read(longer), attempt):
                prompt, text = longer, later
                if len(attempt) == len(choices):
                    break
    return prompt


def attempts(choices: dict[str, str]) -> list[dict[str, str]]:
    """All of them together, or, where that is misread, each by itself."""
    alone = [{slot: value} for slot, value in choices.items()] if len(choices) > 1 else []
    return [choices, *alone] if choices else []


def choose(text: Reading, slot: str, rng: random.Random, before: dict[str, str]) -> str | None:
    if text[slot].max() >= SURE or not has_subject(text, slot):
        return None
    if text[slot].max() >= LIKELY and likeliest(text, slot) != "none":
        return likeliest(text, slot)
    weights = {value: p for value, p in zip(slot_classes(slot), text[slot].tolist()) if value != "none"}
    return before[slot] if before.get(slot) in weights else rng.choices(list(weights), weights.values())[0]


def said(prompt: str, slot: str, value: str, text: Reading) -> str:
    prompt = prompt.rstrip("., ")
    match slot[:-1], slot[-1]:
        case "object", "1":
            return f"{value}: {prompt}"
        case ("colour" | "material"), "1":
            return f"{prompt}. make it {value}"
        case "colour", subject:
            return f"{prompt}, the {likeliest(text, f'object{subject}')} is {value}"
        case "material", subject:
            return f"{prompt}, {value} {likeliest(text, f'object{subject}')}"
    return f"{prompt}, {PHRASES.get(value, value) if slot in ('weather', 'time') else value}"


def becomes(text: Reading, longer: Reading, choices: dict[str, str]) -> bool:
    """Whether the choices are read, and nothing else is read otherwise."""
    held = {slot: likeliest(text, slot) for slot in SLOTS if text[slot].max() >= READ} | choices
    return all(likeliest(longer, slot) == value for slot, value in held.items())


def has_subject(text: Reading, slot: str) -> bool:
    if slot[-1] not in "23":
        return True
    name = f"object{slot[-1]}"
    return likeliest(text, name) in CLASSES["object"] and text[name].max() >= READ


def likeliest(text: Reading, slot: str) -> str:
    return slot_classes(slot)[text[slot].argmax()]
