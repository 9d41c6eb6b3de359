import numpy as np
import pytest

from breathsense.session.sound.tones import (
    LED,
    MOST_S,
    RATE_HZ,
    SOUNDS,
    Mixer,
    SoundName,
    render_sound,
)


def find_pitch_hz(samples: np.ndarray) -> float:
    """Count the crossings of zero."""
    rising = np.count_nonzero((samples[:-1] < 0) & (samples[1:] >= 0))
    return float(rising * RATE_HZ / len(samples))


@pytest.mark.parametrize("name", SOUNDS)
def test_every_sound_is_heard_and_none_is_distorted(name: SoundName) -> None:
    samples = render_sound(name)
    assert 0.1 < np.abs(samples).max() <= 1.0
    assert abs(samples[0]) < 0.02
    assert abs(samples[-1]) < 0.02


def test_in_rises_and_out_falls() -> None:
    inhale, exhale = render_sound("inhale", 4.0), render_sound("exhale", 6.0)
    part = RATE_HZ // 2
    assert find_pitch_hz(inhale[-part:]) > 1.3 * find_pitch_hz(inhale[:part])
    assert find_pitch_hz(exhale[-part:]) < 0.8 * find_pitch_hz(exhale[:part])


@pytest.mark.parametrize("name", sorted(LED))
def test_a_tone_that_leads_lasts_as_long_as_the_breath(name: SoundName) -> None:
    assert len(render_sound(name, 2.5)) == round(2.5 * RATE_HZ)
    assert len(render_sound(name, 1e9)) == MOST_S * RATE_HZ


def test_no_two_sounds_are_alike() -> None:
    rendered = [render_sound(name).tobytes() for name in SOUNDS]
    assert len(set(rendered)) == len(SOUNDS)


def test_a_mixer_gives_silence_and_exactly_as_much_as_is_asked_for() -> None:
    mixer = Mixer()
    assert not mixer.take(100).any()
    mixer.add("tick")
    assert len(mixer.take(7)) == 7


def test_blocks_of_any_length_join_to_the_same_sound() -> None:
    whole, pieces = Mixer(), Mixer()
    for mixer in (whole, pieces):
        mixer.add("bell")
        mixer.add("brace", gain=0.5)
    parts = [pieces.take(n) for n in (1, 999, 5000, 44)]
    assert np.array_equal(np.concatenate(parts), whole.take(6044))


def test_a_new_breath_takes_the_place_of_the_one_before() -> None:
    mixer, alone = Mixer(), Mixer()
    mixer.add("inhale", 10.0)
    mixer.take(RATE_HZ)
    mixer.add("exhale", 2.0)
    alone.add("exhale", 2.0)
    fade = RATE_HZ // 10
    assert not np.array_equal(mixer.take(fade), alone.take(fade))
    assert np.array_equal(mixer.take(RATE_HZ), alone.take(RATE_HZ))


def test_many_sounds_at_once_are_bounded() -> None:
    mixer = Mixer()
    for _ in range(100):
        mixer.add("warn")
    assert np.abs(mixer.take(1000).astype(int)).max() <= 32_767
    mixer.hush()
    assert not mixer.take(1000).any()
