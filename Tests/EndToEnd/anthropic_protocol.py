"""Anthropic Messages, as far as `claude` needs it. No input or output happens here."""

import json

from scenario import Answer, Cut, Hang, Run, Say, Write

# The tool that claude offers where it wants an answer by a schema.
ANSWERING = "StructuredOutput"

# The tokens of each answer, beside those of its input.
USAGE = {
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 100,
    "output_tokens": 40,
}


class AnthropicMessages:
    """One request to POST /v1/messages, and the answers to it."""

    name = "anthropic"
    # What each answer claims to have used.
    input_tokens = 900

    def __init__(self, body):
        self.body = body
        self.model = body.get("model", "stub")
        self.streams = bool(body.get("stream"))

    def blocks(self):
        """The content blocks of all user messages, oldest first."""
        for message in self.body.get("messages", []):
            if message.get("role") != "user":
                continue
            content = message.get("content", [])
            yield from [{"type": "text", "text": content}] if isinstance(content, str) else content

    def entries(self):
        """The user's texts and what the tools that were called said, each with its kind, oldest first."""
        for block in self.blocks():
            if block.get("type") == "text":
                yield "text", block["text"]
            elif block.get("type") == "tool_result":
                yield "result", flat(block.get("content"))

    def user_texts(self):
        return [text for kind, text in self.entries() if kind == "text"]

    def tool_results(self):
        return [text for kind, text in self.entries() if kind == "result"]

    def tool_names(self):
        return sorted(tool.get("name", "") for tool in self.body.get("tools") or [])

    def asks_for_schema(self):
        return ANSWERING in self.tool_names()

    def refusal(self, move):
        """Status, body and headers of an answer that is an error."""
        message = "the stub refuses this"
        if move.code == "context_length_exceeded":
            message = "prompt is too long: 250000 tokens > 200000 maximum"
        headers = {"retry-after": move.retry_after} if move.retry_after else {}
        return move.status, {"type": "error", "error": {"type": move.kind, "message": message}}, headers

    def token_count(self):
        """The answer to POST /v1/messages/count_tokens."""
        return {"input_tokens": len(json.dumps(self.body)) // 4}

    def whole(self, move):
        """The answer to a request that does not stream."""
        block = self.block(move)
        return {
            **self.head(),
            "content": [block],
            "stop_reason": self.stop_reason(block),
            "usage": self.usage(),
        }

    def events(self, move):
        """The server-sent events of an answer, as pairs of name and data."""
        start = {**self.head(), "content": [], "stop_reason": None, "usage": self.usage()}
        yield "message_start", {"message": start}
        if isinstance(move, (Hang, Cut)):
            return
        block = self.block(move)
        if block["type"] == "text":
            empty, delta = {"text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            empty = {"input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield "content_block_start", {"index": 0, "content_block": {**block, **empty}}
        yield "content_block_delta", {"index": 0, "delta": delta}
        yield "content_block_stop", {"index": 0}
        end = {"stop_reason": self.stop_reason(block), "stop_sequence": None}
        yield "message_delta", {"delta": end, "usage": {"output_tokens": USAGE["output_tokens"]}}
        yield "message_stop", {}

    def usage(self):
        return {"input_tokens": self.input_tokens, **USAGE}

    def head(self):
        return {
            "id": "msg_stub",
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "stop_sequence": None,
        }

    def block(self, move):
        """The one content block that makes `move`."""
        if isinstance(move, Write) and "Write" in self.tool_names():
            return self.call("Write", {"file_path": move.path, "content": move.text})
        if isinstance(move, Run) and "Bash" in self.tool_names():
            return self.call("Bash", {"command": move.command, "description": "what the stub was told"})
        if isinstance(move, Answer):
            return self.call(ANSWERING, json.loads(move.json))
        text = move.text if isinstance(move, Say) else "There is no tool to do this with."
        return {"type": "text", "text": text}

    def call(self, name, arguments):
        number = len(self.tool_results()) + 1
        return {"type": "tool_use", "id": f"toolu_stub_{number}", "name": name, "input": arguments}

    def stop_reason(self, block):
        return "tool_use" if block["type"] == "tool_use" else "end_turn"


def flat(content):
    """The text of a tool's result, which is text or a list of blocks."""
    if isinstance(content, str):
        return content
    return "".join(block.get("text", "") for block in content or [])
