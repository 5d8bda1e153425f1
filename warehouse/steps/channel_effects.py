"""What each channel is worth to the journeys of a brand: removal effects (Markov) and Shapley values, solved exactly.

Writes ``steps.channel_effects``: brand, conversion_type, attribution_model, channel, effect. The effects of a model
are shares of one where it says so below; who credits a conversion scales them to its own channels.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import factorial
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.run import BuildRun, open_build

log = logging.getLogger(__name__)

MOST_SHAPLEY_CHANNELS = 15
"""Twice the work for each channel more; beyond this nothing is computed, rather than something else."""
LEAST_OBSERVATIONS = 10
"""A pair of channels seen less often than this tells too little of what follows: its second channel alone does."""

Floats = npt.NDArray[np.float64]
Transition = tuple[str | None, str, str | None, bool, int]
"""Previous channel (None at the start), channel, next channel (None at the end), whether that end is a conversion,
how often."""
ChannelSet = tuple[Sequence[str], int, int]
"""Channels, journeys of exactly these that converted, journeys of exactly these."""
Effects = Mapping[str, float]


def find_channel_effects(run: BuildRun) -> int:
    """Solve every brand and type of conversion; returns how many effects were written."""
    with open_build(run) as database:
        return write_channel_effects(database)


def write_channel_effects(database: duckdb.DuckDBPyConnection) -> int:
    """The same for a build database that is open already."""
    transitions: dict[tuple[str, str], list[Transition]] = defaultdict(list)
    for brand, kind, *rest in database.execute(
        "select brand, conversion_type, previous_channel, channel, next_channel, is_conversion, transition_count "
        "from intermediate.int_transitions__counted order by all"
    ).fetchall():
        transitions[brand, kind].append(tuple(rest))
    sets: dict[tuple[str, str], list[ChannelSet]] = defaultdict(list)
    for brand, kind, *rest in database.execute(
        "select brand, conversion_type, list(channel order by channel), any_value(conversion_count), "
        "any_value(journey_count) from intermediate.int_channel_sets__listed "
        "group by brand, conversion_type, channel_set order by all"
    ).fetchall():
        sets[brand, kind].append(tuple(rest))
    rows: list[tuple[str, str, str, str, float]] = []
    solvers: tuple[tuple[str, Mapping[tuple[str, str], list[Any]], Callable[[list[Any]], Effects]], ...] = (
        ("markov", transitions, removal_effects),
        ("markov_order_2", transitions, second_order_removal_effects),
        ("shapley_rate", sets, shapley_rates),
    )
    for model, groups, solve in solvers:
        for (brand, kind), group in groups.items():
            rows += [(brand, kind, model, channel, effect) for channel, effect in solve(group).items()]
    for (brand, kind), group in sets.items():
        count = len({channel for members, _, _ in group for channel in members})
        if count > MOST_SHAPLEY_CHANNELS:
            log.warning(
                "shapley_rate: %s has %d channels on the way to %s and it is exact for %d at most. Its conversions are "
                "unattributed under this model (too_many_channels); group channels in channel_rules.csv to have it.",
                brand, count, kind, MOST_SHAPLEY_CHANNELS,
            )  # fmt: skip
    database.execute("create schema if not exists steps")
    database.execute(
        "create or replace table steps.channel_effects"
        "(brand text, conversion_type text, attribution_model text, channel text, effect double)"
    )
    if rows:
        database.begin()
        database.executemany("insert into steps.channel_effects values (?, ?, ?, ?, ?)", rows)
        database.commit()
    return len(rows)


def removal_effects(transitions: Iterable[Transition]) -> Effects:
    """The share of conversions that would be lost without each channel, in a chain that remembers one channel.

    Empty where nothing converted.
    """
    counts: dict[tuple[str, str | bool], int] = defaultdict(int)
    starts: dict[str, int] = defaultdict(int)
    for previous, channel, following, is_conversion, count in transitions:
        if previous is None:
            starts[channel] += count
        counts[channel, following if following is not None else is_conversion] += count
    channels = sorted({channel for channel, _ in counts})
    return _effects(channels, {one: one for one in channels}, starts, counts)


def second_order_removal_effects(transitions: Iterable[Transition]) -> Effects:
    """The same in a chain that remembers two channels; pairs seen seldom remember only the second."""
    pairs: dict[tuple[str | None, str], dict[str | bool, int]] = defaultdict(lambda: defaultdict(int))
    singles: dict[str, dict[str | bool, int]] = defaultdict(lambda: defaultdict(int))
    starts: dict[tuple[str | None, str], int] = defaultdict(int)
    for previous, channel, following, is_conversion, count in transitions:
        then = following if following is not None else is_conversion
        pairs[previous, channel][then] += count
        singles[channel][then] += count
        if previous is None:
            starts[previous, channel] += count
    counts: dict[tuple[tuple[str | None, str], Any], int] = {}
    reached = list(starts)
    known = set(reached)
    while reached:
        state = reached.pop()
        seen = pairs.get(state, {})
        for then, count in (seen if sum(seen.values()) >= LEAST_OBSERVATIONS else singles[state[1]]).items():
            following_state = then if isinstance(then, bool) else (state[1], then)
            counts[state, following_state] = count
            if not isinstance(following_state, bool) and following_state not in known:
                known.add(following_state)
                reached.append(following_state)
    states = sorted(known, key=lambda state: (state[0] is not None, state[0] or "", state[1]))
    return _effects(states, {state: state[1] for state in states}, starts, counts)


def _effects(
    states: Sequence[Any], channel_of: Mapping[Any, str], starts: Mapping[Any, float], counts: Mapping[Any, float]
) -> Effects:
    """Removal effects of an absorbing chain whose transitions are counted; ``True`` is the conversion."""
    place = {state: number for number, state in enumerate(states)}
    moves: Floats = np.zeros((len(states), len(states)))
    converts: Floats = np.zeros(len(states))
    leaves: Floats = np.zeros(len(states))
    for (state, then), count in counts.items():
        leaves[place[state]] += count
        if then is True:
            converts[place[state]] += count
        elif then is not False:
            moves[place[state], place[then]] += count
    first: Floats = np.array([float(starts.get(state, 0)) for state in states])
    moves /= leaves[:, None]
    converts /= leaves
    first /= first.sum()
    whole = _conversion_share(moves, converts, first)
    if whole == 0:
        return {}
    effects = {}
    for channel in sorted(set(channel_of.values())):
        stay = np.array([channel_of[state] != channel for state in states])
        left = _conversion_share(moves[np.ix_(stay, stay)], converts[stay], first[stay])
        effects[channel] = 1 - left / whole
    return effects


def _conversion_share(moves: Floats, converts: Floats, first: Floats) -> float:
    """How likely a journey ends in a conversion: the absorption probability, from a linear system."""
    if not len(first):
        return 0.0
    return float(first @ np.linalg.solve(np.eye(len(first)) - moves, converts))


def shapley_rates(sets: Sequence[ChannelSet]) -> Effects:
    """The Shapley value of each channel where a coalition is worth its conversion rate.

    v(S) is conversions by journeys among all journeys that use no channel outside S, and 0 where there is none. The
    values sum to the rate of all channels together; a channel that lowers the rate has a negative one. Empty beyond
    ``MOST_SHAPLEY_CHANNELS`` channels.
    """
    channels = sorted({channel for members, _, _ in sets for channel in members})
    size = len(channels)
    if not size or size > MOST_SHAPLEY_CHANNELS:
        return {}
    place = {channel: number for number, channel in enumerate(channels)}
    conversions: Floats = np.zeros(1 << size)
    journeys: Floats = np.zeros(1 << size)
    for members, converted, count in sets:
        mask = sum(1 << place[channel] for channel in members)
        conversions[mask] += converted
        journeys[mask] += count
    for number in range(size):
        # Sum over subsets: what S without i holds is added to S, one channel i after the other.
        for values in (conversions, journeys):
            halves = values.reshape(-1, 2, 1 << number)
            halves[:, 1] += halves[:, 0]
    worth = np.divide(conversions, journeys, out=np.zeros_like(conversions), where=journeys > 0)
    members_of = np.array([mask.bit_count() for mask in range(1 << size)])
    weights = np.array([factorial(k) * factorial(size - k - 1) / factorial(size) for k in range(size)] + [0.0])
    effects = {}
    for channel, number in place.items():
        without = np.flatnonzero(~np.arange(1 << size) & (1 << number))
        gain = worth[without | (1 << number)] - worth[without]
        effects[channel] = float(np.sum(weights[members_of[without]] * gain))
    return effects
