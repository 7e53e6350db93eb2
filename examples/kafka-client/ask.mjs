/**
 * Asks Leverframe from any program that speaks Kafka: one request to `requests`, its answer from `responses`.
 * Nothing of Leverframe is imported: the schemas come from the registry.
 *
 *   KAFKA_BROKERS=localhost:9092 SCHEMA_REGISTRY_URL=http://localhost:8081 node ask.mjs "Summarise: …"
 *
 * With STREAM=1 the answer is shown on stderr while it comes, from `response-deltas`; the answer stays what `responses` says.
 */
import { randomUUID } from "node:crypto";
import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { Kafka, logLevel } from "kafkajs";

const ANSWER_WITHIN_MS = 60_000;
/** `recordBytesMax` of the installation. A larger request is refused by the broker as well, without a word about sizes. */
const REQUEST_BYTES_MAX = Number(process.env.LEVERFRAME_RECORD_BYTES_MAX ?? 1_048_576);

const brokers = needed("KAFKA_BROKERS").split(",");
const registry = new SchemaRegistry({ host: needed("SCHEMA_REGISTRY_URL") });
// An application with topics of its own uses `requests.<application>` and `responses.<application>`.
const application = process.env.APPLICATION ?? "default";
const suffix = application === "default" ? "" : `.${application}`;
const stream = process.env.STREAM === "1";
const text = process.argv[2] ?? "Summarise in one sentence: the terminal restarts after the update, and the shop opens at nine.";

const kafka = new Kafka({ brokers, clientId: `app-${application}`, logLevel: logLevel.ERROR });
const producer = kafka.producer();
// Applications may read with groups that begin with `app.<application>.`; this one is used once, from now on.
const consumer = kafka.consumer({ groupId: `app.${application}.ask.${randomUUID()}` });

try {
  const requestId = randomUUID();
  const answer = await answerTo(requestId, () => send(requestId));
  console.log(JSON.stringify(answer, null, 2));
} finally {
  await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
}

async function send(requestId) {
  const request = {
    requestId,
    // The same key again is the same request: one answer, one charge.
    idempotencyKey: process.env.IDEMPOTENCY_KEY ?? null,
    department: process.env.DEPARTMENT ?? "Sales",
    attributes: { channel: "api" },
    maxOutputTokens: 300,
    stream,
    prompt: Buffer.from(JSON.stringify({ messages: [{ role: "user", content: text }] })),
  };
  const schemaId = await registry.getLatestSchemaId("requests-value");
  const value = await registry.encode(schemaId, request);
  if (value.length > REQUEST_BYTES_MAX) throw new Error(`the request has ${value.length} bytes, at most ${REQUEST_BYTES_MAX} are allowed`);
  await producer.connect();
  await producer.send({ topic: `requests${suffix}`, messages: [{ key: requestId, value }] });
}

/** Listens first, then asks: an answer can be faster than a consumer group's start. */
async function answerTo(requestId, ask) {
  const found = Promise.withResolvers();
  await consumer.connect();
  const topics = stream ? ["responses", "response-deltas"] : ["responses"];
  await consumer.subscribe({ topics: topics.map((topic) => topic + suffix), fromBeginning: false });
  const preview = previewOf(requestId);
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    eachMessage: async ({ topic, message }) => {
      const response = await registry.decode(message.value);
      if (topic.startsWith("response-deltas")) return preview(response);
      const mine = response.requestId === requestId || (response.idempotencyKey !== null && response.idempotencyKey === process.env.IDEMPOTENCY_KEY);
      if (mine) found.resolve(summary(response));
    },
  });
  await joined;
  const timer = setTimeout(() => found.reject(new Error(`no answer within ${ANSWER_WITHIN_MS / 1_000} s: are all stages running?`)), ANSWER_WITHIN_MS);
  try {
    await ask();
    return await found.promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Takes the pieces of an answer on their way. What a later attempt says voids what an earlier one said. */
function previewOf(asked) {
  let [lastRound, lastAttempt, lastIndex] = [0, 0, -1];
  return ({ requestId, round, attempt, index, kind, text: piece, code }) => {
    const order = round - lastRound || attempt - lastAttempt || index - lastIndex;
    if (requestId !== asked || order <= 0) return;
    [lastRound, lastAttempt, lastIndex] = [round, attempt, index];
    if (kind === "text") process.stderr.write(piece);
    if (kind === "restart") process.stderr.write("\n… begins anew\n");
    if (kind === "error") process.stderr.write(`\n… void: ${code}\n`);
    if (kind === "end") process.stderr.write("\n");
  };
}

/** A refusal is an answer too: `status` says which it is. Money is an integer number of nano-dollars. */
function summary({ requestId, status, refusal, output, model, provider, costNanoUsd, escalations, policyVersion }) {
  return { requestId, status, refusal, text: output?.text ?? null, model, provider, costUsd: Number(costNanoUsd) / 1e9, escalations, policyVersion };
}

function needed(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(`${name} is not set`);
  process.exit(2);
}
