"""OpenAI Responses, as far as `codex` needs it. No input or output happens here."""

import json

from scenario import Answer, Cut, Hang, Run, Say, Write

CACHED_TOKENS = 100
OUTPUT_TOKENS = 40


class OpenAIResponses:
    """One request to POST /v1/responses, and the answers to it."""

    name = "responses"
    streams = True
    # What each answer claims to have used, the cached ones not included.
    input_tokens = 900

    def __init__(self, body):
        self.body = body
        self.model = body.get("model", "stub")
        self.items = body.get("input") or []

    def entries(self):
        """The user's texts and what the tools that were called said, each with its kind, oldest first."""
        for item in self.items:
            if item.get("role") == "user":
                yield from (("text", part.get("text", "")) for part in item.get("content", []))
            elif item.get("type", "").endswith("_call_output"):
                yield "result", flat(item.get("output"))

    def user_texts(self):
        return [text for kind, text in self.entries() if kind == "text"]

    def tool_results(self):
        return [text for kind, text in self.entries() if kind == "result"]

    def asks_for_schema(self):
        form = (self.body.get("text") or {}).get("format") or {}
        return form.get("type") == "json_schema"

    def tools(self):
        """The tools on offer by name. Newer models are told of them in the input, and in namespaces."""
        waiting = list(self.body.get("tools") or [])
        for item in self.items:
            waiting += item.get("tools", []) if item.get("type") == "additional_tools" else []
        found = {}
        while waiting:
            tool = waiting.pop()
            if tool.get("type") == "namespace":
                waiting += tool.get("tools", [])
            else:
                found[tool.get("name") or tool.get("type")] = tool
        return found

    def tool_names(self):
        return sorted(self.tools())

    def refusal(self, move):
        """Status, body and headers of an answer that is an error."""
        error = {"type": move.kind, "code": move.code, "message": "the stub refuses this"}
        headers = {"retry-after": move.retry_after} if move.retry_after else {}
        if move.until:
            error = {**error, "type": move.code, "plan_type": "plus", "resets_at": move.until}
            headers |= {
                "x-codex-primary-used-percent": "100.0",
                "x-codex-primary-window-minutes": "300",
                "x-codex-primary-reset-at": str(move.until),
            }
        # It has no status of its own for an overload.
        return 503 if move.status == 529 else move.status, {"error": error}, headers

    def events(self, move):
        """The server-sent events of an answer, as pairs of name and data."""
        yield "response.created", {"response": self.response("in_progress", [])}
        if isinstance(move, (Hang, Cut)):
            return
        item = self.item(move)
        yield "response.output_item.added", {"output_index": 0, "item": item}
        yield "response.output_item.done", {"output_index": 0, "item": item}
        done = {**self.response("completed", [item]), "usage": self.usage()}
        yield "response.completed", {"response": done}

    def usage(self):
        """The input counts the cached tokens in."""
        whole = self.input_tokens + CACHED_TOKENS
        return {
            "input_tokens": whole,
            "input_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "output_tokens": OUTPUT_TOKENS,
            "output_tokens_details": {"reasoning_tokens": 5},
            "total_tokens": whole + OUTPUT_TOKENS,
        }

    def response(self, status, output):
        return {
            "id": "resp_stub",
            "object": "response",
            "created_at": 0,
            "model": self.model,
            "status": status,
            "output": output,
        }

    def item(self, move):
        """The one output item that makes `move`."""
        if isinstance(move, Write):
            return self.patch(move) or self.message("There is no tool to do this with.")
        if isinstance(move, Run):
            return self.command(move.command) or self.message("There is no tool to do this with.")
        if isinstance(move, Answer):
            return self.message(move.json)
        return self.message(move.text if isinstance(move, Say) else "")

    def message(self, text):
        content = [{"type": "output_text", "text": text, "annotations": []}]
        return {
            "type": "message",
            "id": "msg_stub",
            "role": "assistant",
            "status": "completed",
            "content": content,
        }

    def patch(self, move):
        """The call that adds the file, in whichever form the offered tools take it; None without one."""
        added = "\n".join("+" + line for line in move.text.splitlines())
        text = f"*** Begin Patch\n*** Add File: {move.path}\n{added}\n*** End Patch\n"
        offered = self.tools()
        if offered.get("apply_patch", {}).get("type") == "custom":
            return self.custom_call("apply_patch", text)
        if offered.get("exec", {}).get("type") == "custom":
            return self.custom_call("exec", f"text(await tools.apply_patch({json.dumps(text)}))")
        return None

    def command(self, line):
        """The call that runs `line`, in whichever form the offered tools take it; None without one."""
        offered = self.tools()
        arguments = {"cmd": line, "yield_time_ms": 30000}
        if offered.get("exec", {}).get("type") == "custom":
            return self.custom_call("exec", f"text(await tools.exec_command({json.dumps(arguments)}))")
        if "exec_command" in offered:
            return self.function_call("exec_command", arguments)
        return None

    def call_number(self):
        return len(self.tool_results()) + 1

    def function_call(self, name, arguments):
        return {
            "type": "function_call",
            "id": f"fc_stub_{self.call_number()}",
            "call_id": f"call_stub_{self.call_number()}",
            "name": name,
            "arguments": json.dumps(arguments),
            "status": "completed",
        }

    def custom_call(self, name, text):
        return {
            "type": "custom_tool_call",
            "id": f"ctc_stub_{self.call_number()}",
            "call_id": f"call_stub_{self.call_number()}",
            "name": name,
            "input": text,
            "status": "completed",
        }


def flat(output):
    """The text of a tool's result, which is text or a list of parts."""
    if isinstance(output, str):
        return output
    return "".join(part.get("text", "") for part in output or [])
