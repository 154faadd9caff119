"""Settings from flags, environment variables (`OFFCHAIN_...`) and a file, in that order.

A settings class is the one description of a command's options: name, type, default, range and help are read from its
fields, so that they cannot disagree.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import click
import yaml
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from offchain.errors import SettingsError
from offchain.settings import Settings

ENVIRONMENT_PREFIX = "OFFCHAIN"

S = TypeVar("S", bound=Settings)
Command = Callable[..., Any]


def settings_options(*models: type[Settings]) -> Callable[[Command], Command]:
    """Gives a click command one option for each field of the models, and `--config FILE`."""

    def decorate(command: Command) -> Command:
        for model in reversed(models):
            for name, field in reversed(model.model_fields.items()):
                command = _option(name, field)(command)
        return click.option(
            "--config",
            type=click.Path(dir_okay=False, path_type=Path),
            envvar=f"{ENVIRONMENT_PREFIX}_CONFIG",
            is_eager=True,
            expose_value=False,
            callback=_use_file,
            help="Settings file (TOML or YAML); keys are option names with underscores.",
        )(command)

    return decorate


def take(model: type[S], values: dict[str, Any]) -> S:
    """Removes a model's fields from a command's parameters and returns them checked.

    Raises:
        SettingsError: a value is outside its range; names the option.
    """
    own = {name: values.pop(name) for name in model.model_fields}
    try:
        return model(**own)
    except ValidationError as error:
        raise SettingsError("; ".join(_fault(model, fault) for fault in error.errors())) from error


def _fault(model: type[Settings], fault: ErrorDetails) -> str:
    """What is wrong with an option; of one that must have a certain form, what the form is, in its own words."""
    name = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "string_pattern_mismatch":
        return f"{_flag(name)}: {fault['input']!r} is none; {model.model_fields[name].description}"
    return f"{_flag(name)}: {fault['msg']}"


def _option(name: str, field: FieldInfo) -> Callable[[Command], Command]:
    default = field.get_default(call_default_factory=True)
    common: dict[str, Any] = {
        "help": field.description,
        "envvar": f"{ENVIRONMENT_PREFIX}_{name.upper()}",
        "show_envvar": True,
    }
    if field.annotation is bool:
        return click.option(f"{_flag(name)}/--no-{_flag(name)[2:]}", name, default=default, show_default=True, **common)
    if get_origin(field.annotation) is tuple:
        # Given again and again on the command line, separated by blanks in the environment, a list in a file.
        return click.option(_flag(name), name, multiple=True, default=default, **common)
    return click.option(
        _flag(name),
        name,
        type=_click_type(field.annotation),
        default=default,
        show_default=default is not None,
        **common,
    )


def _click_type(annotation: Any) -> Any:
    if get_origin(annotation) is Literal:
        return click.Choice(get_args(annotation))
    if isinstance(annotation, UnionType):
        return _click_type(next(kind for kind in get_args(annotation) if kind is not type(None)))
    if annotation is Path:
        return click.Path(path_type=Path)
    return annotation if annotation in (int, float) else str


def _use_file(context: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    if path is None:
        return
    values = _read_file(path)
    known = {parameter.name for parameter in context.command.params}
    unknown = sorted(set(values) - known)
    if unknown:
        raise SettingsError(f"{path} has settings that this command does not know: {', '.join(unknown)}")
    context.default_map = {**(context.default_map or {}), **values}


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
        values = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except FileNotFoundError as error:
        raise SettingsError(f"there is no settings file {path}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"the settings file {path} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise SettingsError(f"the settings file {path} must hold names and values")
    return {str(name).replace("-", "_"): value for name, value in values.items()}


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
