// Tools: the client executes what the model calls, until the model has its answer.
'use strict';

/** Runs the calls of the model; `results` has what each tool gives back, as it is sent. */
async function tools(client, { body, results, stream }) {
  const messages = [...body.messages];
  const called = [];
  for (let round = 0; round < 8; round += 1) {
    const asked = { ...body, messages };
    const completion = stream
      ? await client.chat.completions.stream(asked).finalChatCompletion()
      : await client.chat.completions.create(asked);
    const { message } = completion.choices[0];
    if (!message.tool_calls?.length) return { called, content: message.content, message };
    messages.push(message);
    for (const call of message.tool_calls) {
      const { name, arguments: args } = call.function;
      // The arguments have to be what a program can read.
      called.push({ name, arguments: args, read: JSON.parse(args) });
      messages.push({ role: 'tool', tool_call_id: call.id, content: results[name] });
    }
  }
  throw new Error('the model never came to an answer');
}

/** The same by the client's own runner, which finds the functions by their names. */
async function runner(client, { body, results, stream }) {
  const called = [];
  const runnable = body.tools.map((tool) => {
    const { name } = tool.function;
    const run = (read) => {
      called.push({ name, read });
      return results[name];
    };
    return { ...tool, function: { ...tool.function, parse: JSON.parse, function: run } };
  });
  const running = client.chat.completions.runTools({ ...body, tools: runnable, stream });
  return { called, content: await running.finalContent() };
}

module.exports = { tools, runner };
