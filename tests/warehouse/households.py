"""Given names of a household, and the ways in which each is written: what the rule of names is measured on."""

from __future__ import annotations

import random
from itertools import combinations

GIVEN = """
    Anna Maria Lena Laura Julia Sabine Petra Monika Ursula Karin Heike Birgit Katharina Susanne Claudia Christine
    Peter Michael Thomas Andreas Stefan Wolfgang Klaus Jürgen Günter Werner Martin Daniel Tobias Florian Jörg Götz
    Emma Olivia Sophia Charlotte Amelia Grace Hannah Emily Jessica Sarah James John William Henry George Oliver Harry
    Ольга Юлия Наталья Светлана Ирина Татьяна Екатерина Людмила Галина Надежда Иван Сергей Дмитрий Алексей Андрей Юрий
    Николай Владимир Павел Григорий Айгерим Сәуле Динара Жанар Гүлнара Нұрлан Ержан Бауыржан Дәурен Тимур
    Beatriz Fernanda Luciana Camila Gabriela João Pedro Lucas Mateus Rodrigo Thiago Carmen Dolores Pilar Javier Ignacio
    Małgorzata Katarzyna Zofia Łukasz Wojciech Krzysztof Zdeněk Jiří Dorota Søren Åse Yılmaz Ayşe Đorđe Γιώργος Ελένη
    გიორგი ნინო Արմեն Անահիտ 美咲 健太
""".split()
FAMILIES = "Weber Groß Müller Smith Иванов Сериков Silva Kowalski Papadopoulos 田中".split()
LATIN = {
    "Ольга": "Olga",
    "Юлия": "Julia",
    "Иван": "Ivan",
    "Сергей": "Sergei",
    "Дмитрий": "Dmitry",
    "Юрий": "Yuri",
    "Айгерим": "Aigerim",
    "Ержан": "Yerzhan",
    "Jörg": "Joerg",
    "Jürgen": "Juergen",
    "Günter": "Guenter",
    "Götz": "Goetz",
    "Łukasz": "Lukasz",
    "Søren": "Soeren",
    "Đorđe": "Djordje",
    "Γιώργος": "Giorgos",
    "გიორგი": "Giorgi",
    "Groß": "Gross",
    "Müller": "Mueller",
    "Иванов": "Ivanov",
    "Сериков": "Serikov",
}


def of_one() -> list[tuple[str, str]]:
    """A name and another writing of it: turned round, in capitals, in Latin letters, with an initial, with a slip."""
    chance = random.Random(1)
    pairs = []
    for given in GIVEN:
        for family in FAMILIES:
            name = f"{given} {family}"
            pairs += [(name, f"{family}, {given}"), (name, name.upper()), (name, f"{given[0]}. {family}")]
            pairs.append((name, f"{LATIN.get(given, given)} {LATIN.get(family, family)}"))
            if len(given) > 5:
                # Not at the end, where a letter makes a woman's name of a man's.
                at = chance.randrange(1, len(given) - 2)
                pairs.append((name, f"{given[:at]}{given[at + 1]}{given[at]}{given[at + 2 :]} {family}"))
    return pairs


def of_two() -> list[tuple[str, str]]:
    """Two given names of each family."""
    return [(f"{one} {family}", f"{other} {family}") for family in FAMILIES for one, other in combinations(GIVEN, 2)]
