"""Wishes: do clips show what people ask for? `python -m scripts.wishes`.

Draws 100 prompts from a seed: 50 things of the library, 30 nouns for which a thing stands, 20 nouns that no list has; each with an action
and a place, in English and French. The shipped `kinora` makes one clip of each, unpicked. `--out` gets sheets of numbered strips without
words, `choices.json` with six prompts for each strip, and `key.json` with the right ones. `--score ANSWERS` compares answers
(`{"1": 4, ...}`, strip → choice) with the key.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from evals.sources import Model
from kinora_starter.records import records_of
from scripts.export import STARTER_DIR

LEXICON = Path(__file__).parents[2] / "crates/reading/data"
# Nouns of things that have no picture, no stand-in and no place in the lexicon; written before the first draw.
OUTSIDE = (
    "abacus", "anvil", "bagpipe", "beehive", "birdbath", "bobbin", "bollard", "boomerang", "chandelier", "corkscrew", "dartboard", "doormat",
    "easel", "funnel", "gargoyle", "harmonica", "hourglass", "igloo", "jackhammer", "kazoo", "loom", "mailbag", "metronome", "monocle", "oar",
    "pendant", "periscope", "quill", "rake", "scarecrow", "seesaw", "stapler", "sundial", "tambourine", "thimble", "trampoline", "turnstile",
    "weathervane", "windmill", "xylophone",
)
ACTIONS = {
    "walk": [("walks", "marche"), ("runs", "court"), ("jumps", "saute"), ("dances", "danse")],
    "waddle": [("walks", "marche"), ("jumps", "saute"), ("dances", "danse")],
    "hop": [("hops", "sautille"), ("runs", "court")],
    "crawl": [("walks", "marche"), ("spins", "tourne sur place")],
    "swim": [("swims", "nage"), ("rises", "s'élève")],
    "fly": [("flies", "vole"), ("rises", "s'élève")],
    "drive": [("drives", "roule"), ("slides", "glisse")],
    "sail": [("slides", "glisse"), ("rises", "s'élève")],
    "roll": [("rolls", "roule"), ("bounces", "rebondit"), ("falls", "tombe")],
    "still": [("falls", "tombe"), ("bounces", "rebondit"), ("topples", "bascule"), ("slides", "glisse"), ("spins", "tourne sur place")],
}
PLACES = [
    ("on a beach", "sur une plage"), ("in a meadow", "dans une prairie"), ("in the street", "dans la rue"), ("in the desert", "dans le désert"),
    ("in the snow", "dans la neige"), ("in a forest", "dans une forêt"), ("in a kitchen", "dans une cuisine"), ("in a gym", "dans un gymnase"),
    ("on a stage", "sur une scène"), ("on a rooftop", "sur un toit"), ("in the mountains", "à la montagne"), ("on a wooden floor", "sur un parquet"),
]  # fmt: skip
FRAMES = (2, 8, 14, 20, 26, 32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", default="../target/debug/kinora", help="the command `kinora`")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw")
    parser.add_argument("--out", type=Path, default=Path("../target/wishes"), help="folder of the sheets")
    parser.add_argument("--score", type=Path, metavar="ANSWERS", help="score answers against the key in --out")
    args = parser.parse_args()
    if args.score is not None:
        return print_score(json.loads(args.score.read_text()), json.loads((args.out / "key.json").read_text()))
    wishes = draw(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    command = [*Model(args.cli, STARTER_DIR).command("generate"), "--threads", "2"]
    lines = (json.dumps({"prompt": wish["prompt"], "seed": number}).encode() + b"\n" for number, wish in enumerate(wishes, 1))
    strips = [strip(record.frames) for record in records_of(command, lines)]
    for first in range(0, len(strips), 10):
        sheet(strips[first : first + 10], first + 1).save(args.out / f"sheet_{first // 10 + 1:02}.jpg", quality=88)
    rng = random.Random(args.seed + 1)
    choices, key = {}, {}
    for number, wish in enumerate(wishes, 1):
        options = [wish["prompt"], *distractors(wish, wishes, rng)]
        rng.shuffle(options)
        choices[number] = {i + 1: prompt for i, prompt in enumerate(options)}
        key[number] = {"choice": options.index(wish["prompt"]) + 1, "kind": wish["kind"], "prompt": wish["prompt"]}
    for name, content in (("choices.json", choices), ("key.json", key)):
        (args.out / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def draw(seed: int) -> list[dict]:
    """Draws 100 wishes: `kind`, `prompt`, and what it consists of."""
    rng = random.Random(seed)
    rows = [line.split("\t") for line in (LEXICON / "pictures.tsv").read_text().splitlines() if not line.startswith("#")]
    gaits = {row[0]: row[6] for row in rows}
    things = [line.split("\t") for line in (LEXICON / "things.tsv").read_text().splitlines() if not line.startswith("#")]
    names = {label: (english.split(", ")[0], french.split(", ")[0]) for label, _, english, french in things}
    nouns = [line.split("\t") for line in (LEXICON / "nouns.tsv").read_text().splitlines() if not line.startswith("#")]
    nouns = [(noun, label) for label, list_ in nouns for noun in list_.split(", ") if label in gaits and noun.islower()]
    wishes = []
    for label in rng.sample(sorted(set(gaits) & set(names)), 50):
        french = len(wishes) % 2 == 1
        wishes.append(wish(rng, "library", names[label][french], gaits[label], french))
    for noun, label in rng.sample(nouns, 30):
        wishes.append(wish(rng, "noun", noun, gaits[label], False))
    for noun in rng.sample(OUTSIDE, 20):
        wishes.append(wish(rng, "outside", noun, "still", False))
    rng.shuffle(wishes)
    return wishes


def wish(rng: random.Random, kind: str, name: str, gait: str, french: bool) -> dict:
    action, place = rng.choice(ACTIONS[gait]), rng.choice(PLACES)
    if french:
        article = "un" if not name.endswith("e") else "une"
        prompt = f"{article} {name} {action[1]} {place[1]}"
    else:
        article = "an" if name[0] in "aeiou" else "a"
        prompt = f"{article} {name} {action[0]} {place[0]}"
    return {"kind": kind, "prompt": prompt, "action": action, "place": place}


def distractors(own: dict, wishes: list[dict], rng: random.Random) -> list[str]:
    """Five other prompts: up to two with the same place, up to one with the same action, the rest at random."""
    others = [it for it in wishes if it["prompt"] != own["prompt"]]
    rng.shuffle(others)
    near = [it for it in others if it["place"] == own["place"]][:2]
    near += [it for it in others if it["action"] == own["action"] and it not in near][:1]
    rest = [it for it in others if it not in near]
    return [it["prompt"] for it in (near + rest)[:5]]


def strip(frames: np.ndarray) -> Image.Image:
    return Image.fromarray(np.concatenate([frames[i] for i in FRAMES], axis=1))


def sheet(strips: list[Image.Image], first: int) -> Image.Image:
    """Strips below each other, each with its number at its left."""
    width, height = strips[0].size
    page = Image.new("RGB", (width + 40, height * len(strips)), "white")
    pen = ImageDraw.Draw(page)
    for row, image in enumerate(strips):
        page.paste(image, (40, row * height))
        pen.text((8, row * height + height // 2 - 6), str(first + row), fill="black")
    return page


def print_score(answers: dict[str, int], key: dict[str, dict]) -> None:
    right = {kind: [answers.get(number) == it["choice"] for number, it in key.items() if it["kind"] == kind] for kind in ("library", "noun", "outside")}
    for kind, results in right.items():
        print(f"{kind}: {sum(results)} of {len(results)}")
    print(f"all: {sum(map(sum, right.values()))} of {len(key)}")


if __name__ == "__main__":
    main()
