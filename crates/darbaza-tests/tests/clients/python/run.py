"""Runs operations of the official client against a gate and prints what the client saw.

Standard input: {"base_url", "api_key", "client", "operations": [{"operation": NAME, ...}]}.
Standard output: for each operation {"value": ...} or {"error": ...}.
"""

import faulthandler
import json
import sys

import openai

import chat
import together
import tools

OPERATIONS = {**chat.OPERATIONS, **together.OPERATIONS, **tools.OPERATIONS}


def describe(error):
    """What an application can read from an exception of the client."""
    return {
        "class": type(error).__name__,
        "classes": [kind.__name__ for kind in type(error).__mro__],
        "status": getattr(error, "status_code", None),
        "code": getattr(error, "code", None),
        "type": getattr(error, "type", None),
        "message": str(error),
        "body": getattr(error, "body", None),
        "headers": dict(error.response.headers) if hasattr(error, "response") else None,
    }


def run(client, operation):
    name = operation.pop("operation")
    try:
        return {"value": OPERATIONS[name](client, **operation)}
    except openai.OpenAIError as error:
        return {"error": describe(error)}


def main():
    # A client that hangs shows where, instead of holding up the tests.
    faulthandler.dump_traceback_later(60, exit=True)
    order = json.load(sys.stdin)
    client = openai.OpenAI(base_url=order["base_url"], api_key=order["api_key"], **order["client"])
    json.dump([run(client, operation) for operation in order["operations"]], sys.stdout)


main()
