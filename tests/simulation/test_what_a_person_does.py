import itertools
import math
import statistics
from dataclasses import replace

import pytest

from breathsense.simulation import behaviour as do
from breathsense.simulation.bands import BandParams
from breathsense.simulation.breathing import Breathing, BreathingParams
from breathsense.simulation.inertial import ImuParams
from breathsense.simulation.muscles import MuscleParams
from breathsense.simulation.noise import Dice
from breathsense.simulation.people import draw_person
from breathsense.simulation.person import Person, PersonParams
from breathsense.simulation.practice import Practice
from breathsense.simulation.script import (
    NS_PER_S,
    Act,
    Firm,
    FixedScript,
    Freeze,
    Jolts,
    Lean,
    Manner,
    Slip,
    Voice,
    ramp,
)
from breathsense.simulation.trunk import TrunkParams

QUIET = PersonParams(
    trunk=TrunkParams(sway_deg=0.0, tone=0.0),
    band=BandParams(
        drift_n=0.0, noise_n=0.0, heart_n=0.0, creep_fraction=0.0, friction_mm=0.0, rest_n=20.0
    ),
    imu=ImuParams(noise_g=0.0, noise_dps=0.0, heart_g=0.0),
)
DEPTH_N = 3.5


def at(t_s: float) -> int:
    return round(t_s * NS_PER_S)


def wear(*acts: Act, params: PersonParams = QUIET, seed: int = 3) -> Person:
    return Person(seed, params, FixedScript(acts))


def shift(person: Person, t_s: float, seed: int = 3) -> float:
    """Return how far the belly is from where it would be without a script, in depths."""
    return (person.belt_force_n(at(t_s)) - wear(seed=seed).belt_force_n(at(t_s))) / DEPTH_N


def tremble_g(person: Person, from_s: float, until_s: float) -> float:
    rows = [
        person.acceleration_g(at(t / 200)) for t in range(int(from_s * 200), int(until_s * 200))
    ]
    total = 0.0
    for axis in zip(*rows, strict=True):
        steps = [b - a for a, b in itertools.pairwise(axis)]
        total += statistics.pvariance(steps)
    return math.sqrt(total)


@pytest.mark.parametrize(
    ("way", "expected"), [("expand", 1.0), ("neutral", 0.05), ("draw_in", -1.1)]
)
def test_a_brace_moves_the_belly_its_own_way(way: do.Way, expected: float) -> None:
    person = wear(Firm(at(10), at(20), way, wobble=0.0))
    assert shift(person, 9.9) == 0.0
    assert math.isclose(shift(person, 15.0), expected, abs_tol=1e-6)
    assert shift(person, 21.0) == 0.0


def test_effort_makes_a_brace_larger_and_fading_makes_it_smaller() -> None:
    person = wear(Firm(at(10), at(20), effort=1.4, fade=0.5, wobble=0.0))
    assert shift(person, 19.9) < 0.6 * shift(person, 11.0)
    assert shift(person, 11.0) > 1.2


def test_a_wall_that_works_trembles_and_grows_silent_again() -> None:
    for family in ("noise", "surges", "units"):
        muscles = MuscleParams(family=family, brace_g=0.01)
        person = wear(Firm(at(10), at(20), "neutral"), params=replace(QUIET, muscles=muscles))
        quiet, loud = tremble_g(person, 2.0, 9.0), tremble_g(person, 11.0, 19.0)
        assert loud > 0.005
        assert quiet < 0.05 * loud


def test_a_sensors_low_pass_takes_what_is_too_fast_for_it() -> None:
    muscles = MuscleParams(brace_g=0.01, centre_hz=35.0, width_hz=5.0)
    firm = Firm(at(1), at(9), "neutral")
    free = wear(firm, params=replace(QUIET, muscles=muscles))
    slow = replace(QUIET, muscles=muscles, imu=replace(QUIET.imu, bandwidth_hz=12.0))
    assert tremble_g(wear(firm, params=slow), 3.0, 8.0) < 0.2 * tremble_g(free, 3.0, 8.0)


def test_a_breath_may_stop_where_it_is_and_goes_on_from_there() -> None:
    script = FixedScript([Freeze(at(10), at(16))])
    breathing = Breathing(BreathingParams(), 3, script)
    held = breathing.breath_at(at(12))
    assert held.stop_ns == at(10)
    assert held.stopped_ns == at(6)
    assert breathing.level_at(at(10.001)) == breathing.level_at(at(15.999))
    free = Breathing(BreathingParams(), 3).breath_at(at(10))
    assert held.end_ns - free.end_ns == at(6)
    assert held.level_at(held.end_ns - 1) == free.level_at(free.end_ns - 1)


def test_a_full_hold_fills_up_first_and_an_empty_one_breathes_out() -> None:
    full = Breathing(BreathingParams(), 3, FixedScript([Freeze(at(10), at(20), "full", 2.5)]))
    level = full.level_at(at(19.9))
    assert 2.3 < level < 2.7
    assert full.level_at(at(16.0)) == level
    breath = full.breath_at(at(19.9))
    assert breath.peak_ns == breath.stop_ns
    empty = Breathing(BreathingParams(), 3, FixedScript([Freeze(at(10), at(20), "empty")]))
    assert abs(empty.level_at(at(19.9))) < 0.2


def test_filling_up_for_a_hold_begins_at_once_and_without_a_jump() -> None:
    free = Breathing(BreathingParams(), 3).breath_at(at(10))
    late_ns = free.peak_ns + (free.pause_ns - free.peak_ns) // 2
    script = FixedScript([Freeze(late_ns, late_ns + at(8), "full", 2.0)])
    breathing = Breathing(BreathingParams(), 3, script)
    assert breathing.breath_at(late_ns - 1).end_ns == late_ns
    held = breathing.breath_at(late_ns)
    assert held.start_ns == late_ns
    assert held.peak_ns == late_ns + at(2.2)
    assert held.start_level == free.level_at(late_ns) > 0.2
    levels = [breathing.level_at(t) for t in range(0, at(30), at(0.01))]
    assert max(abs(b - a) for a, b in itertools.pairwise(levels)) < 0.05


def test_a_deep_breath_does_not_stop() -> None:
    script = FixedScript([Freeze(at(10), at(16), "deep", 3.0)])
    breathing = Breathing(BreathingParams(), 3, script)
    deep = [b for t in range(30) if (b := breathing.breath_at(at(t))).peak_level > 2.5]
    assert len({breath.number for breath in deep}) == 1
    assert deep[0].stopped_ns == 0
    assert deep[0].peak_ns - deep[0].start_ns == at(2.2)


def test_manners_change_rate_depth_and_shape() -> None:
    manner = Manner(at(20), at(120), rate=2.0, belly=0.5, ribs=1.5, inhale_fraction=0.2)
    person = wear(manner, params=replace(QUIET, breathing=BreathingParams(sighs_per_h=0.0)))
    found = {person.breathing.breath_at(at(t)).number for t in range(30, 110)}
    assert 80 / 60 * 13 * 1.5 < len(found) < 80 / 60 * 13 * 2.5
    breath = person.breathing.breath_at(at(60))
    assert (breath.peak_ns - breath.start_ns) / (breath.end_ns - breath.start_ns) < 0.35
    state = person.trunk.state_at(breath.peak_ns)
    assert math.isclose(state.belly, 0.5 * breath.peak_level, rel_tol=0.01)
    assert math.isclose(state.ribs, 1.5 * breath.peak_level, rel_tol=0.01)


def test_leaning_turns_gravity_and_the_gyroscope_adds_it_up() -> None:
    lean = Lean(at(2), at(60), forward_deg=30.0, sideways_deg=10.0)
    still = replace(QUIET, breathing=BreathingParams(rate_per_min=0.5))
    person = wear(lean, params=replace(still, trunk=replace(QUIET.trunk, tilt_deg=0.0)))
    before, after = person.acceleration_g(at(1)), person.acceleration_g(at(5))
    turned = math.degrees(math.acos(sum(a * b for a, b in zip(before, after, strict=True))))
    assert 30.0 < turned < 32.0
    rates = [person.rotation_dps(at(2 + t / 100)) for t in range(100)]
    whole = math.dist([sum(one[axis] for one in rates) / 100 for axis in range(3)], (0, 0, 0))
    assert math.isclose(whole, turned, rel_tol=0.03)


def test_a_cough_shakes_the_sensor_and_is_soon_over() -> None:
    acts, end_s = do.cough(Dice(5), 10.0)
    person = wear(*acts)
    assert 10.5 < end_s < 13.5
    shaken = [abs(math.hypot(*person.acceleration_g(at(10 + t / 100))) - 1.0) for t in range(150)]
    assert max(shaken) > 0.02
    assert abs(math.hypot(*person.acceleration_g(at(end_s + 3.0))) - 1.0) < 1e-6


def test_steps_come_in_a_march() -> None:
    steps = Jolts(at(5), at(15), 2.0, 0.2, irregularity=0.0, upwards=1.0)
    person = wear(steps)
    norms = [math.hypot(*person.acceleration_g(at(7 + t / 100))) for t in range(250)]
    assert max(norms) > 1.08
    assert max(abs(norms[t] - norms[t + 50]) for t in range(200)) < 0.005


def test_a_voice_trembles_in_the_wall() -> None:
    person = wear(Voice(at(10), at(20), size_g=0.01, activation=0.0))
    assert tremble_g(person, 10.0, 20.0) > 10 * tremble_g(person, 1.0, 9.0)


def test_a_band_slips_for_good() -> None:
    person = wear(Slip(at(10), at(10), loosens_mm=6.0))
    assert shift(person, 9.0) == 0.0
    assert math.isclose(shift(person, 11.0), -0.5, abs_tol=1e-6)
    assert math.isclose(shift(person, 200.0), -0.5, abs_tol=1e-6)


def test_a_band_creeps_under_a_long_stretch_and_saturates_and_counts() -> None:
    creeping = replace(QUIET.band, creep_fraction=0.2, creep_s=10.0)
    firm = Firm(at(10), at(60), wobble=0.0)
    kept = shift(wear(firm, params=replace(QUIET, band=creeping)), 59.0)
    assert kept < 0.9
    coarse = replace(QUIET.band, full_scale_n=21.0, resolution_n=0.5)
    person = wear(firm, params=replace(QUIET, band=coarse))
    forces = {person.belt_force_n(at(t / 10)) for t in range(700)}
    assert max(forces) == 21.0
    assert all((force * 2).is_integer() for force in forces)


def test_a_band_with_friction_lags_where_breathing_turns() -> None:
    sticky = replace(QUIET.band, friction_mm=2.0)
    free, stuck = wear(), wear(params=replace(QUIET, band=sticky))
    apart = [stuck.belt_force_n(at(t / 10)) - free.belt_force_n(at(t / 10)) for t in range(300)]
    assert max(apart) > 0.5
    assert min(apart) < -0.5


def test_what_is_asked_first_does_not_matter() -> None:
    acts = [
        Firm(at(5), at(9)),
        *do.cough(Dice(1), 11.0)[0],
        *do.laugh(Dice(2), 14.0, 16.0),
        *do.talk(Dice(3), 18.0, 24.0),
    ]
    times = [at(t / 7) for t in range(180)]
    there, back = wear(*acts), wear(*acts)
    measured = [
        (there.belt_force_n(t), there.acceleration_g(t), there.rotation_dps(t)) for t in times
    ]
    again = [
        (back.belt_force_n(t), back.acceleration_g(t), back.rotation_dps(t)) for t in times[::-1]
    ]
    assert measured == again[::-1]


@pytest.mark.parametrize("breath", ["breathing", "ribs", "held", "counting"])
def test_during_a_brace_breath_goes_on_as_said(breath: do.BreathIn) -> None:
    for seed in range(4):
        person = wear(*do.brace(Dice(seed), 20.0, 32.0, "neutral", breath), seed=seed)
        levels = [person.trunk.state_at(at(22 + t / 10)).belly for t in range(95)]
        ripple = max(levels) - min(levels)
        assert (ripple < 0.12) == (breath in {"ribs", "held"})


def test_every_behaviour_is_felt_while_it_lasts_and_leaves_the_wall_at_rest() -> None:
    dice = Dice(4)
    doings: list[list[Act]] = [
        do.count_aloud(dice, 10.0, 15.0),
        do.hold(dice, 10.0, 15.0, "full"),
        do.blow_out(dice, 10.0, 13.0),
        do.fidget(dice, 10.0, 15.0),
        do.walk(dice, 10.0, 15.0),
        do.bend(dice, 10.0, 14.0, load=0.5),
        do.turn(dice, 10.0, 13.0),
        do.slump(dice, 10.0, 15.0),
        do.sit_tall(dice, 10.0, 15.0),
        do.slip(dice, 10.0),
    ]
    still = wear()
    for acts in doings:
        person = wear(*acts)
        felt = [
            (person.belt_force_n(t), person.acceleration_g(t))
            != (still.belt_force_n(t), still.acceleration_g(t))
            for t in range(at(10), at(15), at(0.05))
        ]
        assert any(felt)
        assert person.trunk.state_at(at(45)).activation == 0.0


def test_acts_can_be_added_while_they_lie_ahead() -> None:
    script = FixedScript()
    person = Person(3, QUIET, script)
    before = person.belt_force_n(at(5))
    script.add([Firm(at(10), at(20), wobble=0.0)])
    assert person.belt_force_n(at(5)) == before
    assert math.isclose(shift(person, 15.0), 1.0, abs_tol=1e-6)


def test_a_ramp_is_smooth_and_ends_where_it_should() -> None:
    values = [ramp(at(t / 100), at(1), at(3), 0.5, 0.5) for t in range(500)]
    assert values[100] == 0.0
    assert values[150] == values[300] == 1.0
    assert values[350] == 0.0
    assert max(abs(b - a) for a, b in itertools.pairwise(values)) < 0.05


def test_people_differ_and_a_seed_is_one_of_them() -> None:
    people = [draw_person(seed, "hard") for seed in range(60)]
    assert draw_person(7, "hard") == people[7]
    assert len({one.muscles.family for one in people}) == 3
    depths = [one.band.depth_mm for one in people]
    assert min(depths) < 9.0
    assert max(depths) > 18.0
    assert {one.trunk.tilt_deg > 0 for one in people} == {True, False}
    assert all(one.trunk.draw_in < -0.3 < 0.3 < one.trunk.expand for one in people)


def test_the_demos_person_begins_quietly_and_practises_on_and_on() -> None:
    practice = Practice(2)
    assert practice.between(0, at(60)) == []
    for number in range(3):
        start_ns = at(120.0 * number)
        firms = [a for a in practice.between(start_ns, start_ns + at(119)) if isinstance(a, Firm)]
        assert len(firms) == 2
        assert practice.between(start_ns, start_ns + at(119)) == Practice(2).between(
            start_ns, start_ns + at(119)
        )
    assert Practice(2).between(at(700), at(800)) != Practice(3).between(at(700), at(800))


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("calibration.brace", Firm),
        ("exercise.brace", Firm),
        ("calibration.draw_in", Firm),
        ("calibration.full", Freeze),
        ("calibration.pause", Freeze),
        ("exercise.breathe", Manner),
    ],
)
def test_a_led_person_does_what_is_asked_and_nothing_of_its_own(
    label: str, kind: type[Act]
) -> None:
    practice = Practice(2)
    practice.lead(label, 60.0, 5.0)
    acts = practice.between(at(60), at(150))
    assert [act for act in acts if isinstance(act, kind)]
    assert all(act.start_ns < at(66) for act in acts)
    practice.lead("calibration.quiet", 150.0, 60.0)
    assert practice.between(at(160), at(290)) == []
    assert practice.between(at(300), at(450))
