// Completions: whole, streamed, by the helpers, over many turns; models; and what there is not.
'use strict';

const { zodFunction, zodResponseFormat } = require('openai/helpers/zod');
const { z } = require('zod');

/** Further headers, query and body of one request; a header without a value is left out. */
function withExtra(body, extra = {}) {
  const { headers, query, body: more } = extra;
  return [{ ...body, ...more }, { headers, query }];
}

async function create(client, { body, extra }) {
  const { data, response } = await client.chat.completions.create(...withExtra(body, extra)).withResponse();
  return { completion: data, headers: Object.fromEntries(response.headers) };
}

/** Every chunk in its order; with `hang_up_after` only so many, and then the line is cut. */
async function chunks(client, { body, extra, hang_up_after: hangUpAfter }) {
  const asked = withExtra({ ...body, stream: true }, extra);
  const { data: stream, response } = await client.chat.completions.create(...asked).withResponse();
  const seen = [];
  for await (const chunk of stream) {
    seen.push(chunk);
    if (seen.length === hangUpAfter) break;
  }
  return { chunks: seen, headers: Object.fromEntries(response.headers) };
}

/** The streaming helper: its events and the completion that it puts together. */
async function helper(client, { body }) {
  const deltas = [];
  const called = [];
  const stream = client.chat.completions.stream(body);
  stream.on('content', (delta) => deltas.push(delta));
  stream.on('tool_calls.function.arguments.done', ({ name, arguments: args }) => called.push({ name, arguments: args }));
  return { completion: await stream.finalChatCompletion(), deltas, called };
}

/** A conversation whose history the client keeps, as it got it. */
async function turns(client, { body, says, stream }) {
  const messages = [...(body.messages ?? [])];
  const answers = [];
  for (const content of says) {
    messages.push({ role: 'user', content });
    const completion = stream
      ? await client.chat.completions.stream({ ...body, messages }).finalChatCompletion()
      : await client.chat.completions.create({ ...body, messages });
    const { message } = completion.choices[0];
    answers.push(message.content);
    messages.push({ role: 'assistant', content: message.content });
  }
  return answers;
}

const Ticket = z
  .object({
    customer: z.string(),
    iin: z.string().regex(/^\d{12}$/).length(12),
    note: z.string(),
    assignee: z.enum(['Ахметова Гульнара Сериковна', 'Тестова Асель Маратовна']),
    callback: z.string().nullable(),
  })
  .describe('Вопрос клиента.');

/** A structured answer, checked against its schema. */
async function parse(client, { body, stream }) {
  const asked = { ...body, response_format: zodResponseFormat(Ticket, 'Ticket') };
  const completion = stream
    ? await client.chat.completions.stream(asked).finalChatCompletion()
    : await client.chat.completions.parse(asked);
  return completion.choices[0].message.parsed;
}

const Letter = z.object({ to: z.string(), text: z.string() });

/** A call whose arguments the client reads by a schema. */
async function parse_tool(client, { body }) {
  const tools = [zodFunction({ name: 'Letter', description: 'Пишет письмо клиенту.', parameters: Letter })];
  const completion = await client.chat.completions.parse({ ...body, tools });
  return completion.choices[0].message.tool_calls[0].function.parsed_arguments;
}

async function models(client) {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  return ids;
}

/** Asks for something that the gate does not have. */
async function absent(client, { resource }) {
  if (resource === 'embeddings') await client.embeddings.create({ model: 'm', input: 'текст' });
  else if (resource === 'responses') await client.responses.create({ model: 'm', input: 'текст' });
  else await client.models.retrieve('m');
}

async function contentOf(client, body) {
  if (!body.stream) return (await client.chat.completions.create(body)).choices[0].message.content;
  let content = '';
  for await (const chunk of await client.chat.completions.create(body)) {
    content += chunk.choices[0]?.delta.content ?? '';
  }
  return content;
}

/** Many requests at once. */
function together(client, { bodies }) {
  return Promise.all(bodies.map((body) => contentOf(client, body)));
}

module.exports = { create, chunks, helper, turns, parse, parse_tool, models, absent, together };
