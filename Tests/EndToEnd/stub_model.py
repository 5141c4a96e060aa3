#!/usr/bin/env python3
"""A model server for tests: it decides nothing, but does what the prompt tells it to (scenario.py).

    stub_model.py [--log FILE] [--prompts DIR]

It listens on a free port of 127.0.0.1, prints `PORT <n>`, and serves until SIGTERM. Each request becomes
one JSON line in FILE. Each model request becomes two files in DIR, named in that line: the user's texts
and the whole body.
"""

import argparse
import hashlib
import json
import signal
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from anthropic_protocol import AnthropicMessages
from responses_protocol import OpenAIResponses
from scenario import Cut, Hang, Refuse, next_move, requested, tools_run


class Journal:
    """Writes down what was asked."""

    def __init__(self, log=None, prompts=None):
        self.log = open(log, "a", encoding="utf-8") if log else None
        self.prompts = Path(prompts) if prompts else None
        self.lock = threading.Lock()
        self.count = 0

    def note(self, **fields):
        if not self.log:
            return
        with self.lock:
            self.log.write(json.dumps({"time": round(time.time(), 3), **fields}) + "\n")
            self.log.flush()

    def note_request(self, path, protocol, scenario):
        texts = protocol.user_texts()
        last = texts[-1] if texts else ""
        self.note(
            path=path,
            protocol=protocol.name,
            model=protocol.model,
            scenario=scenario.name,
            tool_results=protocol.tool_results(),
            tools=protocol.tool_names(),
            by_schema=protocol.asks_for_schema(),
            last_text_length=len(last),
            last_text_sha256=hashlib.sha256(last.encode()).hexdigest(),
            **self.keep("\n\n".join(texts), protocol.body),
        )

    def keep(self, prompt, body):
        """Stores `prompt` and the whole request, and returns the files' names; nothing when prompts are not
        kept."""
        if not self.prompts:
            return {}
        with self.lock:
            self.count += 1
            name = f"{self.count:03}"
        (self.prompts / f"{name}.txt").write_text(prompt, encoding="utf-8")
        (self.prompts / f"{name}.json").write_text(json.dumps(body), encoding="utf-8")
        return {"prompt_file": f"{name}.txt", "body_file": f"{name}.json"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.journal.note(path=self.path)
        if self.path.split("?")[0] == "/v1/models":
            model = {"id": "stub", "object": "model", "type": "model", "display_name": "stub"}
            self.send_json(200, {"object": "list", "data": [model], "has_more": False})
        else:
            self.send_json(404, {"error": {"message": "no such path"}})

    def do_HEAD(self):
        self.server.journal.note(path=self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        body = self.read_json()
        path = self.path.split("?")[0]
        if path == "/v1/messages":
            self.answer(AnthropicMessages(body))
        elif path == "/v1/responses":
            self.answer(OpenAIResponses(body))
        elif path == "/v1/messages/count_tokens":
            self.server.journal.note(path=self.path)
            self.send_json(200, AnthropicMessages(body).token_count())
        else:
            self.server.journal.note(path=self.path)
            self.send_json(404, {"error": {"message": "no such path"}})

    def answer(self, protocol):
        scenario = requested(protocol.user_texts(), protocol.name, protocol.asks_for_schema())
        self.server.journal.note_request(self.path, protocol, scenario)
        protocol.input_tokens = int(scenario.options.get("tokens", protocol.input_tokens))
        move = next_move(scenario, tools_run(protocol.entries()), self.server.times_asked(scenario))
        if isinstance(move, Refuse):
            self.send_json(*protocol.refusal(move))
        elif protocol.streams:
            self.send_events(protocol.events(move))
            if isinstance(move, Hang):
                self.wait_for_hang_up()
            if isinstance(move, Cut):
                raise ConnectionResetError("as asked")
            self.send_chunk(b"")
        elif isinstance(move, Hang):
            self.wait_for_hang_up()
        else:
            self.send_json(200, protocol.whole(move))

    def read_json(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return json.loads(raw or b"{}")

    def send_json(self, status, value, headers={}):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def send_events(self, events):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for name, data in events:
            line = json.dumps({"type": name, **data})
            self.send_chunk(f"event: {name}\ndata: {line}\n\n".encode())

    def send_chunk(self, data):
        """Sends one chunk of a chunked body; an empty one ends the body."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def wait_for_hang_up(self):
        self.rfile.read(1)
        raise ConnectionResetError("the agent has gone")

    def log_message(self, *_):
        """The journal replaces the server's own log."""


class Server(ThreadingHTTPServer):
    # A hanging answer must not keep the server from ending.
    daemon_threads = True
    block_on_close = False

    def __init__(self, journal):
        super().__init__(("127.0.0.1", 0), Handler)
        self.journal = journal
        self.asked = Counter()
        self.lock = threading.Lock()

    def times_asked(self, scenario):
        """How often `scenario` was asked for, now included."""
        with self.lock:
            self.asked[repr(scenario)] += 1
            return self.asked[repr(scenario)]

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--log", metavar="FILE")
    parser.add_argument("--prompts", metavar="DIR")
    arguments = parser.parse_args()
    with Server(Journal(arguments.log, arguments.prompts)) as server:
        # shutdown() waits for serve_forever(), which this handler interrupts: hence the thread.
        stop = threading.Thread(target=server.shutdown)
        signal.signal(signal.SIGTERM, lambda *_: stop.start())
        print(f"PORT {server.server_port}", flush=True)
        server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
