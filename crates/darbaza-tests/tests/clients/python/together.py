"""Many requests of the asynchronous client at once."""

import asyncio

import openai


async def one(client, body):
    if not body.get("stream"):
        return (await client.chat.completions.create(**body)).choices[0].message.content
    stream = await client.chat.completions.create(**body)
    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])


async def all_of(client, bodies):
    settings = {"base_url": client.base_url, "api_key": client.api_key}
    async with openai.AsyncOpenAI(**settings) as client:
        return await asyncio.gather(*(one(client, body) for body in bodies))


def together(client, bodies):
    return asyncio.run(all_of(client, bodies))


OPERATIONS = {"together": together}
