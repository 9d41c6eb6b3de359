import itertools
import math
import statistics
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.simulation.bands import BandParams
from breathsense.simulation.breathing import Breathing, BreathingParams, VirtualBreath
from breathsense.simulation.inertial import ImuParams
from breathsense.simulation.muscles import MuscleParams
from breathsense.simulation.noise import gauss_at, uniform_at
from breathsense.simulation.person import Person, PersonParams
from breathsense.simulation.trunk import TrunkParams

SECOND = 1_000_000_000
SILENT = PersonParams(
    muscles=MuscleParams(brace_g=0.0), imu=ImuParams(noise_g=0.0, noise_dps=0.0, heart_g=0.0)
)


def collect_breaths(
    seed: int, n: int, params: BreathingParams | None = None
) -> list[VirtualBreath]:
    breathing = Breathing(params or BreathingParams(), seed)
    breaths = [breathing.breath_at(0)]
    while len(breaths) < n:
        breaths.append(breathing.breath_at(breaths[-1].end_ns))
    return breaths


def variation(values: list[float]) -> float:
    return statistics.stdev(values) / statistics.mean(values)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32), times=st.lists(st.integers(0, 25 * SECOND), max_size=20))
def test_a_person_is_the_same_in_any_order_of_asking(seed: int, times: list[int]) -> None:
    forwards, backwards = Person(seed), Person(seed)
    there = [(forwards.belt_force_n(t), forwards.acceleration_g(t)) for t in sorted(times)]
    back = [
        (backwards.belt_force_n(t), backwards.acceleration_g(t))
        for t in sorted(times, reverse=True)
    ]
    assert there == back[::-1]


def test_seeds_differ() -> None:
    assert Person(1).belt_force_n(SECOND) != Person(2).belt_force_n(SECOND)
    assert Person(1).acceleration_g(SECOND) != Person(2).acceleration_g(SECOND)


def test_breaths_vary_as_those_of_people_do() -> None:
    breaths = [breath for breath in collect_breaths(5, 3000) if not breath.is_sigh]
    periods = [(breath.end_ns - breath.start_ns) / SECOND for breath in breaths]
    depths = [breath.peak_level - breath.start_level for breath in breaths]
    inhaled = [
        (breath.peak_ns - breath.start_ns) / (breath.end_ns - breath.start_ns) for breath in breaths
    ]
    assert 0.14 < variation(periods) < 0.20
    assert 0.24 < variation(depths) < 0.33
    assert 0.35 < statistics.correlation(periods, depths) < 0.65
    assert 0.38 < statistics.mean(inhaled) < 0.42
    assert 12.0 < 60.0 / statistics.median(periods) < 14.0
    assert statistics.correlation(depths[:-1], depths[1:]) > 0.15


def test_sighs_come_now_and_then_and_are_deep() -> None:
    breaths = collect_breaths(5, 3000)
    hours = breaths[-1].end_ns / SECOND / 3600
    sighs = [breath for breath in breaths if breath.is_sigh]
    depth = statistics.median(breath.peak_level - breath.start_level for breath in breaths)
    assert 6 < len(sighs) / hours < 13
    assert all(sigh.peak_level - sigh.start_level > 2 * depth for sigh in sighs)


def test_breaths_follow_each_other_without_a_jump() -> None:
    breaths = collect_breaths(8, 200)
    for breath, following in itertools.pairwise(breaths):
        assert breath.end_ns == following.start_ns
        assert breath.end_level == following.start_level
        assert breath.start_ns < breath.peak_ns < breath.pause_ns <= breath.end_ns
    breathing = Breathing(BreathingParams(), 8)
    levels = [breathing.level_at(t * 10_000_000) for t in range(6000)]
    assert max(abs(b - a) for a, b in itertools.pairwise(levels)) < 0.05


def test_expiration_ends_in_a_pause() -> None:
    breath = collect_breaths(8, 2)[1]
    assert breath.level_at(breath.pause_ns) == breath.level_at(breath.end_ns - 1)
    assert breath.level_at(breath.peak_ns) == breath.peak_level


def test_belt_force_lies_where_belts_are_used() -> None:
    forces = [Person(3).belt_force_n(0)]
    person = Person(3)
    forces = [person.belt_force_n(t * SECOND // 10) for t in range(6000)]
    assert min(forces) > 3.0
    assert 7.0 < statistics.quantiles(forces, n=20)[-1] < 13.0
    assert person.measurable == {"belt_force", "acceleration", "rotation", "beats"}


def test_a_slack_belt_pulls_no_less_than_nothing() -> None:
    person = Person(3, PersonParams(band=BandParams(rest_n=-20.0)))
    assert person.belt_force_n(SECOND) == 0.0


def test_the_wall_tilts_by_a_few_degrees_with_each_breath() -> None:
    person = Person(4, replace(SILENT, trunk=TrunkParams(sway_deg=0.0)))
    breath = person.breathing.breath_at(20 * SECOND)
    low = person.acceleration_g(breath.start_ns)
    high = person.acceleration_g(breath.peak_ns)
    turned = math.degrees(math.acos(sum(a * b for a, b in zip(low, high, strict=True))))
    assert math.isclose(turned, 2.0 * (breath.peak_level - breath.start_level), rel_tol=1e-3)
    assert math.isclose(math.hypot(*low), 1.0, rel_tol=1e-12)


def test_gravity_stays_about_one_g_with_noise() -> None:
    person = Person(4)
    norms = [math.hypot(*person.acceleration_g(t * SECOND // 50)) for t in range(3000)]
    assert abs(statistics.mean(norms) - 1.0) < 0.002
    assert statistics.stdev(norms) < 0.005


def test_the_heart_is_faster_at_the_end_of_inspiration() -> None:
    person = Person(6)
    beats = person.beats(0, 600 * SECOND)
    breathing = Breathing(BreathingParams(), 6)
    begun = [max(beat.t_ns - round(beat.rr_ms * 1e6), 0) for beat in beats]
    levels = [breathing.level_at(t_ns) for t_ns in begun]
    assert statistics.correlation(levels, [beat.rr_ms for beat in beats]) < -0.7
    for beat, following in itertools.pairwise(beats):
        assert following.t_ns - beat.t_ns == round(following.rr_ms * 1e6)


def test_beats_of_neighbouring_spans_make_up_the_beats_of_the_whole() -> None:
    whole = Person(7).beats(0, 30 * SECOND)
    person = Person(7)
    parts = [person.beats(t * SECOND, (t + 1) * SECOND) for t in range(30)]
    assert [beat for part in parts for beat in part] == whole
    assert 28 < len(whole) < 40


def test_an_hour_needs_no_more_memory_than_a_minute() -> None:
    person = Person(1)
    for t_s in range(0, 3600, 20):
        person.belt_force_n(t_s * SECOND)
    assert len(person.breathing._breaths) <= 64
    assert len(person._heart._beats) <= 256
    assert len(person.trunk._seconds) <= 64


def test_a_person_lives_in_the_time_of_the_server_from_the_first_stream_on() -> None:
    person = Person(1)
    assert person.born_ns is None
    assert person.moment_ns(500, 0, 0) == 0
    assert person.born_ns == 500
    assert person.moment_ns(700, 30, 33) == 230
    assert person.moment_ns(400, 0, 0) == 0


@given(seed=st.integers(), channel=st.integers(0, 100), position=st.integers(0, 2**62))
def test_noise_is_a_function_of_its_arguments(seed: int, channel: int, position: int) -> None:
    assert 0.0 < uniform_at(seed, channel, position) < 1.0
    assert math.isfinite(gauss_at(seed, channel, position))
    assert uniform_at(seed, channel, position) == uniform_at(seed, channel, position)


def test_noise_is_normal_and_white() -> None:
    values = [gauss_at(9, 3, position) for position in range(20_000)]
    assert abs(statistics.mean(values)) < 0.03
    assert abs(statistics.stdev(values) - 1.0) < 0.02
    assert abs(statistics.correlation(values[:-1], values[1:])) < 0.03


def test_the_gyroscope_turns_as_gravity_moves_in_the_sensors_axes() -> None:
    person, step_ns = Person(3, SILENT), 20_000_000
    for t_ns in range(SECOND, 9 * SECOND, SECOND // 3):
        (x, y, z), after = person.acceleration_g(t_ns), person.acceleration_g(t_ns + step_ns)
        p, q, r = (math.radians(rate) for rate in person.rotation_dps(t_ns + step_ns // 2))
        turned = (z * q - y * r, x * r - z * p, y * p - x * q)
        expected = [
            one - rate * step_ns / SECOND for one, rate in zip((x, y, z), turned, strict=True)
        ]
        assert max(abs(a - b) for a, b in zip(after, expected, strict=True)) < 1e-4
    assert any(max(map(abs, person.rotation_dps(t * SECOND))) > 0.5 for t in range(20))


def test_the_ribs_move_less_than_the_belly() -> None:
    person = Person(3)
    belly = [person.belt_force_n(t * SECOND // 5) for t in range(100)]
    ribs = [person.belt_force_n(t * SECOND // 5, "chest") for t in range(100)]
    assert max(ribs) - min(ribs) < max(belly) - min(belly)
