"""``breathsense profiles``: list, show or check the profiles of wearables."""

import json
from pathlib import Path

import click

from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say
from breathsense.core.model.errors import RefusedInput


@click.group(name="profiles", invoke_without_command=True)
@data_dir_option
@click.pass_context
def command(context: click.Context, data_dir: Path) -> None:
    """List, show or check the profiles of wearables; print their schema.

    Your own profiles belong into the folder firmware_profiles of the data folder.
    """
    context.obj = data_dir
    if context.invoked_subcommand is None:
        list_profiles(data_dir)


@command.command(name="list")
@click.pass_obj
def list_command(data_dir: Path) -> None:
    """List all profiles: id, confidence, streams, name."""
    list_profiles(data_dir)


@command.command(name="show")
@click.argument("profile_id", metavar="ID")
@click.pass_obj
def show_command(data_dir: Path, profile_id: str) -> None:
    """Print a profile as it is: a start for one of your own."""
    from breathsense.sources.shelf import FOLDER, find_profile

    profile = find_profile(profile_id, data_dir / FOLDER)
    say(profile.text, nl=not profile.text.endswith("\n"))


@command.command(name="check")
@click.argument("path", metavar="PATH")
def check_command(path: str) -> None:
    """Check a profile and decode its golden packets."""
    from breathsense.core.wire.golden import check_golden
    from breathsense.sources.shelf import read_profile

    profile = read_profile(Path(path))
    differences = check_golden(profile)
    if differences:
        raise RefusedInput(
            "\n  ".join(differences),
            where=path,
            advice="Correct the layout, or what is expected of the packet.",
        )
    n_golden = len(profile.spec.golden)
    say(f"{path}: {profile.id} is in order, {n_golden} golden packets decode as they say")


@command.command(name="schema")
def schema_command() -> None:
    """Print the language of profiles as a JSON Schema, for your editor.

    Keep it as profile.schema.json beside your profile, and begin the profile with the line
    "#:schema ./profile.schema.json": editors with Taplo (Even Better TOML) then complete and check.
    """
    from breathsense.core.profiles.json_schema import build_json_schema

    say(json.dumps(build_json_schema(), indent=1))


def list_profiles(data_dir: Path) -> None:
    """Print a line for each profile; files that cannot be read are told on stderr."""
    from breathsense.sources.shelf import FOLDER, load_shelf

    shelf = load_shelf(data_dir / FOLDER)
    width = max((len(profile.id) for profile in shelf.profiles), default=0)
    for profile in shelf.profiles:
        streams = ", ".join(
            stream.name if stream.on_by_default else f"({stream.name})"
            for stream in profile.streams
        )
        line = f"{profile.id:<{width}}  {profile.spec.confidence}  {profile.name}: {streams}"
        say(line)
    for error in shelf.broken:
        say(f"breathsense: {error}", err=True)
