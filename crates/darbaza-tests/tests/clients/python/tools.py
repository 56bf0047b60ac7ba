"""Tools: the client executes what the model calls, until the model has its answer."""

import json

from chat import plain


def streamed_message(client, body, messages):
    with client.chat.completions.stream(**body, messages=messages) as events:
        return events.get_final_completion().choices[0].message


def whole_message(client, body, messages):
    return client.chat.completions.create(**body, messages=messages).choices[0].message


def as_history(message):
    """The message as it goes back; what only the client added is left out."""
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": call.function.arguments}}
        for call in message.tool_calls
    ]
    return {"role": "assistant", "content": message.content, "tool_calls": calls}


def tools(client, body, results, stream=False):
    """Runs the calls of the model; `results` has what each tool gives back, as it is sent."""
    messages, called = list(body.pop("messages")), []
    for _ in range(8):
        message = (streamed_message if stream else whole_message)(client, body, messages)
        if not message.tool_calls:
            return {"called": called, "content": message.content, "message": plain(message)}
        messages.append(as_history(message))
        for call in message.tool_calls:
            name, arguments = call.function.name, call.function.arguments
            # The arguments have to be what a program can read.
            called.append({"name": name, "arguments": arguments, "read": json.loads(arguments)})
            messages.append({"role": "tool", "tool_call_id": call.id, "content": results[name]})
    raise RuntimeError("the model never came to an answer")


OPERATIONS = {"tools": tools}
