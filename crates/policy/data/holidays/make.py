"""Writes the holiday data files beside this script.

Run at development time: pip install holidays==0.108, then python make.py.
The data are nationwide public holidays only; what a state or canton adds is left out.
"""

import datetime
import pathlib

import holidays

FIRST, LAST = 2015, 2040
COUNTRIES = "AT BE CH CZ DE DK ES FR GB IE IT JP NL NO PL PT SE TR US".split()
# The source names half days of Turkey "(from 1pm)"; so does Law No. 2429 (28 October and the eves of
# the two religious feasts). Other countries' half days are customs of single trades: left out.
HALF_DAYS = {"TR": "13:00-24:00"}

for code in COUNTRIES:
    years = range(FIRST, LAST + 1)
    country = getattr(holidays, code)
    languages = country.supported_languages
    language = next((l for l in ("en_US", "en_GB", "en_IE", "en_CA") if l in languages), None)
    full = country(years=years, language=language)
    half = {}
    if code in HALF_DAYS:
        half = country(years=years, language=language, categories=("half_day",))
    rows = {day: ("", name) for day, name in full.items()}
    for day, name in half.items():
        rows.setdefault(day, (HALF_DAYS[code], name))
    lines = [
        f"# Nationwide public holidays of {code}.",
        f"# version: {code} holidays-{holidays.__version__} {datetime.date.today()}",
        f"# first: {FIRST}-01-01",
        f"# last: {LAST}-12-31",
        f"# Source: the Python package holidays {holidays.__version__}, https://github.com/vacanza/holidays",
        "# Copyright (c) Vacanza Team and individual contributors; MIT License, see LICENSE beside this file.",
        "# Days set by decree or by the sighting of the moon are estimates for years ahead.",
        "# date,closed part of the day (empty: all of it),name",
    ]
    for day, (part, name) in sorted(rows.items()):
        if FIRST <= day.year <= LAST:
            lines.append(f"{day},{part},{name.replace(',', ';')}")
    path = pathlib.Path(__file__).with_name(f"{code}.csv")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(code, len(lines))
