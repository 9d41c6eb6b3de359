"""``breathsense programmes``: list, show or check what can be practised."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say

if TYPE_CHECKING:
    from breathsense.core.coaching.schedule import Step
    from breathsense.core.coaching.schema import Programme

NS_PER_S = 1e9


@click.group(name="programmes", invoke_without_command=True)
@data_dir_option
@click.pass_context
def command(context: click.Context, data_dir: Path) -> None:
    """List, show or check programmes, plans and prescriptions.

    Your own belong into the folder programmes of the data folder, plans into programmes/plans.
    """
    context.obj = data_dir
    if context.invoked_subcommand is None:
        list_programmes(data_dir)


@command.command(name="list")
@click.pass_obj
def list_command(data_dir: Path) -> None:
    """List all programmes and plans."""
    list_programmes(data_dir)


@command.command(name="show")
@click.argument("programme_id", metavar="ID")
@click.option("--level", type=int, default=0, help="One of its levels.")
@click.option("--toml", "as_toml", is_flag=True, help="The file itself: a start for your own.")
@click.pass_obj
def show_command(data_dir: Path, programme_id: str, level: int, *, as_toml: bool) -> None:
    """Show what is done in a programme, step by step."""
    from breathsense.core.coaching.schedule import build_schedule
    from breathsense.session.programmes import FOLDER, load_programmes

    programme = load_programmes(data_dir / FOLDER).find(programme_id)
    if as_toml:
        say(programme.text, nl=not programme.text.endswith("\n"))
        return
    say(f"{programme.name} ({programme.id})\n{programme.spec.about}")
    if programme.spec.block or level:
        for line in describe_course(build_schedule(programme, level)):
            say(line)
    for target in programme.spec.target:
        bounds = [
            f"{word} {bound:g}"
            for word, bound in (("at least", target.least), ("at most", target.most))
            if bound is not None
        ]
        say(f"  aim: {target.of.replace('_', ' ')} {' and '.join(bounds) or 'is told'}")


@command.command(name="check")
@click.argument("path", type=click.Path(path_type=Path), metavar="PATH")
@click.pass_obj
def check_command(data_dir: Path, path: Path) -> None:
    """Check a programme, a plan or a prescription: by its key schema."""
    from breathsense.core.coaching.plan import PLAN_FORM, PRESCRIPTION_FORM, parse_plan
    from breathsense.core.coaching.schema import FORM
    from breathsense.session.programmes import FOLDER, load_programmes, read_programme
    from breathsense.sources.shelf import read_text

    text = read_text(path, FORM)
    shelf = load_programmes(data_dir / FOLDER)
    if f'"{PLAN_FORM.schema}"' in text:
        plan = parse_plan(text, str(path), shelf.programmes)
        told = f"{plan.id}, a plan of {plan.stage[-1].weeks[1]} weeks,"
    elif f'"{PRESCRIPTION_FORM.schema}"' in text:
        told = f"the prescription {shelf.read_prescription(path).code}".rstrip()
    else:
        told = read_programme(path).id
    say(f"{path}: {told} is in order")


def list_programmes(data_dir: Path) -> None:
    """Print a line for each; files that cannot be read are told on stderr."""
    from breathsense.session.programmes import FOLDER, load_programmes

    shelf = load_programmes(data_dir / FOLDER)
    width = max((len(one) for one in shelf.programmes), default=0)
    for programme in shelf.programmes.values():
        say(f"{programme.id:<{width}}  {_tell_length(programme):>8}  {programme.name}")
    for plan in shelf.plans.values():
        say(f"{'plan ' + plan.id:<{width}}  {plan.stage[-1].weeks[1]:>2} weeks  {plan.name}")
    for error in shelf.broken:
        say(f"breathsense: {error}", err=True)


def _tell_length(programme: "Programme") -> str:
    from breathsense.core.coaching.schedule import build_schedule, find_length_ns

    if not programme.spec.block:
        return "-"
    levels = programme.levels or (0,)
    lengths = {
        round(find_length_ns(build_schedule(programme, one)) / NS_PER_S / 60) for one in levels
    }
    return f"{min(lengths)}-{max(lengths)} min" if len(lengths) > 1 else f"{min(lengths)} min"


def describe_course(steps: "tuple[Step, ...]") -> list[str]:
    """Return a line for each block and set, phases of one repetition in a row."""
    lines = []
    for step in steps:
        if step.phase.do == "rest":
            lines.append(f"  rest {step.length_ns / NS_PER_S:g} s")
        elif step.rep == 0 and _is_first(step, steps):
            phases = [
                _tell_phase(one)
                for one in steps
                if (one.block, one.set, one.rep) == (step.block, step.set, 0)
                and one.phase.do != "rest"
            ]
            lines.append(f"  {step.n_reps} x: {', '.join(phases)}")
    return lines


def _is_first(step: "Step", steps: "tuple[Step, ...]") -> bool:
    return step is next(
        one for one in steps if (one.block, one.set, one.rep) == (step.block, step.set, 0)
    )


def _tell_phase(step: "Step") -> str:
    most = "up to " if step.is_open else ""
    effort = f" (effort {step.phase.effort} of 10)" if step.phase.effort else ""
    return f"{step.phase.do.replace('_', ' ')} {most}{step.length_ns / NS_PER_S:g} s{effort}"
