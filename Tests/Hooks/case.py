"""What a case is: a name, and what it does with the settings of the whole run."""

from dataclasses import dataclass
from typing import Callable


class Skip(Exception):
    """Something that the case needs is not on this machine; says what."""


@dataclass(frozen=True)
class Case:
    name: str
    act: Callable

