"""Completions: whole, streamed, by the helpers, over many turns; models; and what there is not."""

from typing import Literal, Optional

import openai
import pydantic


def plain(model):
    """A model of the client as the JSON that it was read from."""
    return model.model_dump(mode="json", exclude_unset=True)


def extras(extra):
    """Further headers, query and body of one request; a header without a value is left out."""
    extra = dict(extra or {})
    headers = {name: openai.Omit() if value is None else value for name, value in extra.get("headers", {}).items()}
    return {f"extra_{kind}": value for kind, value in {**extra, "headers": headers}.items()}


def create(client, body, extra=None):
    raw = client.chat.completions.with_raw_response.create(**body, **extras(extra))
    return {"completion": plain(raw.parse()), "headers": dict(raw.headers)}


def chunks(client, body, extra=None, hang_up_after=None):
    """Every chunk in its order; with `hang_up_after` only so many, and then the line is cut."""
    seen = []
    with client.chat.completions.create(**body, stream=True, **extras(extra)) as stream:
        headers = dict(stream.response.headers)
        for chunk in stream:
            seen.append(plain(chunk))
            if len(seen) == hang_up_after:
                break
    return {"chunks": seen, "headers": headers}


def helper(client, body):
    """The streaming helper: its events and the completion that it puts together."""
    deltas, called = [], []
    with client.chat.completions.stream(**body) as stream:
        for event in stream:
            if event.type == "content.delta":
                deltas.append(event.delta)
            elif event.type == "tool_calls.function.arguments.done":
                called.append({"name": event.name, "arguments": event.arguments})
        completion = stream.get_final_completion()
    return {"completion": plain(completion), "deltas": deltas, "called": called}


def turns(client, body, says, stream=False):
    """A conversation whose history the client keeps, as it got it."""
    messages, answers = list(body.pop("messages", [])), []
    for said in says:
        messages.append({"role": "user", "content": said})
        if stream:
            with client.chat.completions.stream(**body, messages=messages) as events:
                message = events.get_final_completion().choices[0].message
        else:
            message = client.chat.completions.create(**body, messages=messages).choices[0].message
        answers.append(message.content)
        messages.append({"role": "assistant", "content": message.content})
    return answers


class Ticket(pydantic.BaseModel):
    """Вопрос клиента."""

    customer: str
    iin: str = pydantic.Field(pattern=r"^\d{12}$", min_length=12, max_length=12)
    note: str
    assignee: Literal["Ахметова Гульнара Сериковна", "Тестова Асель Маратовна"]
    callback: Optional[str]


def parse(client, body, stream=False):
    """A structured answer, checked against its class."""
    if stream:
        with client.chat.completions.stream(**body, response_format=Ticket) as events:
            completion = events.get_final_completion()
    else:
        completion = client.chat.completions.parse(**body, response_format=Ticket)
    return completion.choices[0].message.parsed.model_dump(mode="json")


class Letter(pydantic.BaseModel):
    """Пишет письмо клиенту."""

    to: str
    text: str


def parse_tool(client, body):
    """A call whose arguments the client reads to a class."""
    tools = [openai.pydantic_function_tool(Letter)]
    completion = client.chat.completions.parse(**body, tools=tools)
    return completion.choices[0].message.tool_calls[0].function.parsed_arguments.model_dump(mode="json")


def models(client):
    return [model.id for model in client.models.list()]


def absent(client, resource):
    """Asks for something that the gate does not have."""
    if resource == "embeddings":
        client.embeddings.create(model="m", input="текст")
    elif resource == "responses":
        client.responses.create(model="m", input="текст")
    else:
        client.models.retrieve("m")


FUNCTIONS = (create, chunks, helper, turns, parse, parse_tool, models, absent)
OPERATIONS = {function.__name__: function for function in FUNCTIONS}
