// Runs operations of the official client against a gate and prints what the client saw.
//
// Standard input: {base_url, api_key, client, operations: [{operation: NAME, ...}]}.
// Standard output: for each operation {value: ...} or {error: ...}.
'use strict';

const fs = require('node:fs');
const OpenAI = require('openai');

const operations = { ...require('./chat.cjs'), ...require('./tools.cjs') };

/** What an application can read from an exception of the client. */
function describe(error) {
  const classes = [];
  for (let kind = error.constructor; kind && kind !== Function.prototype; kind = Object.getPrototypeOf(kind)) {
    classes.push(kind.name);
  }
  return {
    class: classes[0],
    classes,
    status: error.status ?? null,
    code: error.code ?? null,
    type: error.type ?? null,
    message: error.message,
    body: error.error ?? null,
    headers: error.headers ? Object.fromEntries(error.headers) : null,
  };
}

async function run(client, { operation, ...given }) {
  try {
    return { value: (await operations[operation](client, given)) ?? null };
  } catch (error) {
    if (error instanceof OpenAI.OpenAIError) return { error: describe(error) };
    throw error;
  }
}

async function main() {
  // A client that hangs says so, instead of holding up the tests.
  setTimeout(() => {
    console.error('the client did not come to an end within 60 seconds');
    process.exit(1);
  }, 60_000).unref();
  const order = JSON.parse(fs.readFileSync(0, 'utf8'));
  const { default_headers: defaultHeaders, ...client } = order.client;
  const settings = { baseURL: order.base_url, apiKey: order.api_key, defaultHeaders };
  if (client.organization) settings.organization = client.organization;
  if (client.timeout) settings.timeout = client.timeout * 1000;
  if ('max_retries' in client) settings.maxRetries = client.max_retries;
  const officialClient = new OpenAI(settings);
  const results = [];
  for (const operation of order.operations) results.push(await run(officialClient, operation));
  process.stdout.write(JSON.stringify(results));
}

main();
