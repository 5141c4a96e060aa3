"""Cases that play at a place of their own, without a second one beside it."""

from case import Case
from matrix import begun
from place import Place


class Scenes(list):
    """The cases of one file."""

    def at_place(self, name, begin=begun, folder="repository"):
        """Adds the function that follows, which takes a place that `begin` made."""

        def add(act):
            self.append(Case(name, lambda settings: play(settings, act, begin, folder)))
            return act

        return add


def play(settings, act, begin, folder):
    place = Place(settings, folder)
    try:
        begin(place)
        return act(place)
    finally:
        place.close(settings.keep)
