"""A branch with work on one task, beside which main went on: for histories that are made anew."""


def topic(place, commit, texts=("first", "second", "last")):
    """A branch `topic` from before main's last commit, a commit for each text of T-1; HEAD is on it."""
    place.step("switch", "--quiet", "--create", "topic")
    for number, words in enumerate(texts):
        place.task("T-1", words)
        place.write(f"topic{number}.txt", "topic\n")
        commit(f"topic {number}")
    place.step("switch", "--quiet", "main")
    place.write("main.txt", "main\n")
    place.commit("main")
    place.step("switch", "--quiet", "topic")


def last(place, words="last"):
    return [("T-1", place.task("T-1", words))]
