"""Writes the holiday data files beside this script, and the names of the subdivisions for suggestions.

Run at development time: pip install holidays==0.109, then python make.py.
It takes the public holidays of each country and of its subdivisions by their codes of ISO 3166-2. What holds in
some municipalities only (of Germany the category `catholic`), for banks, schools or by custom is left out, and so
are cities and zones that have no such code.
A file first has the days of the whole country, then what is different in subdivisions.
Days that a new version of the source does not change keep the version that they have, so that a snapshot or a
statement that names it is not told to differ for nothing.
"""

import collections
import datetime
import pathlib
import re

import holidays

FIRST, LAST = 2015, 2040
COUNTRIES = "AT BE CH CZ DE DK ES FR GB IE IT JP NL NO PL PT SE TR US".split()
# The source names half days of Turkey "(from 1pm)"; so does Law No. 2429 (28 October and the eves of
# the two religious feasts). Other countries' half days are customs of single trades: left out.
HALF_DAYS = {"TR": "13:00-24:00"}
# Subdivisions of the source that are no codes of ISO 3166-2: communities, zones of school holidays, cities.
NO_CODES = {
    "BE": {"Flemish", "French", "German"},
    "CH": {"Stadt Zurich"},
    "DE": {"Augsburg"},
    "ES": {"Barcelona"},
    "FR": {"Zone A", "Zone B", "Zone C"},
    "IT": {"Andria", "Barletta", "Cesena", "Forli", "Pesaro", "Trani", "Urbino"},
    "NL": {"Midden", "Noord", "Zuid"},
}
# What the source does not call them: names in English, and further ones that authors write.
NAMES = {
    "AT-2": "Carinthia", "AT-3": "Lower Austria", "AT-4": "Upper Austria", "AT-6": "Styria", "AT-7": "Tyrol",
    "AT-9": "Vienna", "CH-BL": "Basel-Country", "CH-BS": "Basel-City", "CH-GE": "Geneva", "CH-GR": "Grisons",
    "CH-LU": "Lucerne", "CH-SG": "Saint Gallen", "CH-TI": "Tessin", "CH-VD": "Waadt", "CH-ZH": "Zurich",
    "DE-BY": "Bavaria", "DE-HE": "Hesse", "DE-MV": "Mecklenburg-Western Pomerania", "DE-NI": "Lower Saxony",
    "DE-NW": "North Rhine-Westphalia", "DE-RP": "Rhineland-Palatinate", "DE-SN": "Saxony",
    "DE-ST": "Saxony-Anhalt", "DE-TH": "Thuringia", "ES-AN": "Andalusia", "ES-AR": "Aragon",
    "ES-CL": "Castile and León", "ES-CN": "Canary Islands", "ES-CT": "Catalonia", "ES-IB": "Balearic Islands",
    "ES-NC": "Navarre", "ES-PV": "Basque Country", "ES-VC": "Valencia", "FR-973": "French Guiana",
    "FR-974": "Réunion", "FR-NC": "New Caledonia", "FR-PF": "French Polynesia",
    "FR-PM": "Saint Pierre and Miquelon", "FR-TF": "French Southern Territories", "FR-WF": "Wallis and Futuna",
    "IT-BZ": "South Tyrol; Südtirol", "IT-FI": "Florence", "IT-GE": "Genoa", "IT-MI": "Milan",
    "IT-MN": "Mantua", "IT-NA": "Naples", "IT-PD": "Padua", "IT-RM": "Rome", "IT-SR": "Syracuse",
    "IT-TN": "Trentino", "IT-TO": "Turin", "IT-VE": "Venice", "PL-02": "Lower Silesia", "PL-12": "Lesser Poland",
    "PL-14": "Masovia", "PL-22": "Pomerania", "PL-24": "Silesia", "PL-30": "Greater Poland",
    "PT-11": "Lisbon", "PT-20": "Azores", "PT-30": "Madeira", "US-VI": "U.S. Virgin Islands",
}


def days_of(country, code, subdivision=None):
    """The date of each holiday with the closed part of the day and the name."""
    language = next((l for l in ("en_US", "en_GB", "en_IE", "en_CA") if l in country.supported_languages), None)

    def found(category):
        return country(
            years=range(FIRST, LAST + 1), language=language, subdiv=subdivision, categories=(category,)
        ).items()

    days = {day: ("", name) for day, name in found("public")}
    if code in HALF_DAYS:
        for day, name in found("half_day"):
            days.setdefault(day, (HALF_DAYS[code], name))
    return {day: (part, name.replace(",", ";")) for day, (part, name) in days.items() if FIRST <= day.year <= LAST}


def different(country, code, nationwide):
    """What is different in subdivisions, one line for each day and name, with the codes where it is so."""
    codes = sorted(set(country.subdivisions) - NO_CODES.get(code, set()))
    where = collections.defaultdict(list)
    for subdivision in codes:
        days = days_of(country, code, subdivision)
        for day in sorted(days.keys() | nationwide.keys()):
            if days.get(day) != nationwide.get(day):
                # A day without a name is no holiday there.
                where[(day, *days.get(day, ("", "")))].append(subdivision)
    lines = [f"{day},{part},{name},{' '.join(at)}" for (day, part, name), at in where.items()]
    return codes, sorted(lines)


def version(path, header, code, lines):
    """The version of days: that of the file where they are what it has."""
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    written = re.search(f"^# {header}: (.*)$", known, re.MULTILINE)
    data = [line for line in known.splitlines() if not line.startswith("#")]
    # What is different in subdivisions hangs on the days of the country, and those on nothing else.
    if header == "version":
        data = [line for line in data if line.count(",") == 2]
    if written and lines == data:
        return written[1]
    return f"{code} holidays-{holidays.__version__} {datetime.date.today()}"


def names_of(country, code, codes):
    """The names of subdivisions, without abbreviations."""
    for subdivision in codes:
        ours = NAMES.get(f"{code}-{subdivision}")
        names = ours.split("; ") if ours else []
        names += [name for name, of in country.subdivisions_aliases.items() if of == subdivision and len(name) > 2]
        names = [name for name in names if not re.fullmatch("[A-Z]{3}|Bgld|Ktn|Sbg|Stmk|Vbg", name)]
        yield f"{code}-{subdivision}," + ",".join(name.replace(",", "") for name in names)


def main():
    names = []
    for code in COUNTRIES:
        path = pathlib.Path(__file__).with_name(f"{code}.csv")
        country = getattr(holidays, code)
        days = days_of(country, code)
        nationwide = [f"{day},{part},{name}" for day, (part, name) in sorted(days.items())]
        codes, parts = different(country, code, days)
        lines = [
            f"# Public holidays of {code}.",
            f"# version: {version(path, 'version', code, nationwide)}",
            f"# first: {FIRST}-01-01",
            f"# last: {LAST}-12-31",
            f"# Source: the Python package holidays {holidays.__version__}, https://github.com/vacanza/holidays",
            "# Copyright (c) Vacanza Team and individual contributors; MIT License, see LICENSE beside this file.",
            "# Days set by decree or by the sighting of the moon are estimates for years ahead.",
            "# date,closed part of the day (empty: all of it),name",
            *nationwide,
        ]
        if codes:
            lines += [
                f"# subdivisions: {' '.join(codes)}",
                f"# version there: {version(path, 'version there', code, nationwide + parts)}",
                "# date,closed part of the day,name instead (empty: no holiday),where",
                *parts,
            ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        names += names_of(country, code, codes)
        print(code, len(nationwide), len(codes), len(parts))
    names_path = pathlib.Path(__file__).parents[3] / "diagnostics/data/subdivisions.csv"
    names_path.parent.mkdir(exist_ok=True)
    head = [
        "# The codes of ISO 3166-2 for which there are holidays, and what the subdivisions are called.",
        "# Written by data/holidays/make.py of the crate servanda-policy, where the license is that is meant below.",
        f"# Source: the Python package holidays {holidays.__version__}, https://github.com/vacanza/holidays",
        "# Copyright (c) Vacanza Team and individual contributors; MIT License.",
    ]
    names_path.write_text("\n".join(head + names) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
