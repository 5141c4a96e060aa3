"""What a prompt asks the stub model to do.

A line of the prompt such as

    STUB: edit file=hello.txt text="hello\\n"

names a scenario and its options. The last such line counts. With `for=anthropic` or `for=responses` a
line is meant for one protocol only, so that one task can make two agents behave differently; with
`when=schema`, for requests that ask for an answer by a JSON Schema, for which no other line is.

Every scenario takes `refuse=NAME times=N`, which answers the first N requests with that error, and
`tokens=N`, the input tokens that each answer claims to have used.
"""

import shlex
from dataclasses import dataclass, field, replace

MARK = "STUB:"


@dataclass(frozen=True)
class Scenario:
    name: str
    options: dict = field(default_factory=dict)


# What the model does next: one of these seven.


@dataclass(frozen=True)
class Say:
    """End the turn with a message."""

    text: str


@dataclass(frozen=True)
class Answer:
    """Answer by the schema with this JSON."""

    json: str


@dataclass(frozen=True)
class Write:
    """Create a file with the agent's own tool, then wait for its result."""

    path: str
    text: str


@dataclass(frozen=True)
class Run:
    """Run a command with the agent's own shell, then wait for its result."""

    command: str


@dataclass(frozen=True)
class Refuse:
    """Answer with an error."""

    status: int
    # What kind of error, in the words of Anthropic and of OpenAI.
    kind: str
    code: str
    # When a used-up limit is lifted, in seconds since 1970; None when it is no such limit.
    until: int = None
    # How many seconds the agent should wait before it asks again; None when it is not told.
    retry_after: str = None


@dataclass(frozen=True)
class Hang:
    """Begin an answer and never go on."""


@dataclass(frozen=True)
class Cut:
    """Begin an answer and drop the connection."""


REFUSALS = {
    "auth": Refuse(401, "authentication_error", "invalid_api_key"),
    "bad": Refuse(400, "invalid_request_error", None),
    "toolong": Refuse(400, "invalid_request_error", "context_length_exceeded"),
    "ratelimit": Refuse(429, "rate_limit_error", "rate_limit_exceeded"),
    "usagelimit": Refuse(429, "rate_limit_error", "usage_limit_reached", until=1900000000),
    "broken": Refuse(500, "api_error", "server_error"),
    "overloaded": Refuse(529, "overloaded_error", "server_is_overloaded"),
}


NO_SCENARIO = Scenario("plan", {"text": "The prompt names no scenario."})


def requested(texts, protocol, by_schema):
    """The scenario that the last fitting line of `texts` names."""
    lines = [line for text in texts for line in text.splitlines() if MARK in line]
    for line in reversed(lines):
        scenario = parsed(line.split(MARK, 1)[1])
        if scenario and fits(scenario.options, protocol, by_schema):
            return scenario
    return NO_SCENARIO


def fits(options, protocol, by_schema):
    return options.get("for", protocol) == protocol and (options.get("when") == "schema") == by_schema


def tools_run(entries):
    """How many results of tools came in since the last line that names a scenario: a session that goes on
    holds those of earlier prompts as well. `entries` are pairs of kind and text, oldest first."""
    count = 0
    for kind, text in entries:
        count = 0 if kind == "text" and MARK in text else count + (kind == "result")
    return count


def parsed(words):
    """The scenario that `words`, the text after the mark, describe; None when they describe none."""
    try:
        name, *pairs = shlex.split(words)
        # Who quotes the line may go on behind it: "(review)".
        options = dict(pair.split("=", 1) for pair in pairs if not pair.startswith("("))
    except ValueError:
        return None
    return Scenario(name, {key: value.replace("\\n", "\n") for key, value in options.items()})


def next_move(scenario, tools_run, times_asked):
    """What the model does now, when the agent has given it `tools_run` results of tools, and was asked
    `times_asked` times for this scenario, now included."""
    if times_asked <= int(scenario.options.get("times", 0)):
        return REFUSALS[scenario.options["refuse"]]
    if scenario.name in WORKS:
        steps = WORKS[scenario.name](scenario.options)
        return steps[tools_run] if tools_run < len(steps) else Say(scenario.options.get("say", "I did it."))
    if scenario.name == "answer":
        return Answer(scenario.options["json"])
    if scenario.name == "plan":
        return Say(scenario.options.get("text", "There is one step, and it is clear."))
    if scenario.name == "long":
        return Say("A long answer. " + "x" * int(scenario.options["length"]))
    if scenario.name in REFUSALS:
        return replace(REFUSALS[scenario.name], retry_after=scenario.options.get("retry_after"))
    if scenario.name == "hang":
        return Hang()
    if scenario.name == "cut":
        return Cut()
    return Say(f"The stub knows no scenario called {scenario.name}.")


def edit(options):
    return [Write(options.get("file", "stub.txt"), options.get("text", "hello\n"))]


def work(options):
    """An edit, where a file is named, then the commands `run` and `then`, where they are."""
    edits = edit(options) if "file" in options else []
    return edits + [Run(options[key]) for key in ("run", "then") if key in options]


WORKS = {"edit": edit, "work": work}
