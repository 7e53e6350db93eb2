import type { Stage } from "@leverframe/kernel";
import type { EventTypes } from "./generated/schemas";

/** Who may stand at an end of a topic: a stage, a business application, or somebody with the command line or an operator's rights. */
export type Party = Stage | "application" | "cli" | "operator";

export interface TopicRow {
  readonly schema: keyof EventTypes;
  /** Field that is the record's key. */
  readonly key: string;
  /** One topic per application, `<name>.<application>`, beside the plain one of the application `default`. */
  readonly perApplication: boolean;
  readonly partitions: number;
  readonly retentionMs: number;
  /** It holds something about single requests, their prompt, answer or trail. */
  readonly aboutRequests: boolean;
  readonly cleanupPolicy: "delete" | "compact";
  /** `append`: stamped by the log, so that a writer outside cannot choose the time of its record. */
  readonly timestamp: "append" | "create";
  /** How many times `recordBytesMax` a record may be: events carry the request and what came after it, dead letters carry whole records. */
  readonly growth: number;
  /** Every process of a reading stage reads all of it, from its beginning at each start, in a group of its own; absent: a stage reads it once. */
  readonly everyProcess?: true;
  readonly writers: readonly Party[];
  readonly readers: readonly Party[];
  readonly doc: string;
}

/** 1 MiB: the largest request; what other topics allow follows from it. */
export const RECORD_BYTES_MAX = 1024 * 1024;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * What is about one request stays in the log for six days, and for the one more that a segment of Kafka may span (see
 * provisioning): no longer than the seven that are the least `retentionDaysMax` of a policy. The journal is no part of
 * it: books are kept, and hold amounts and accounts only.
 */
const REQUEST_MS = 6 * DAY_MS;
/** The executor decides nothing, so it answers nobody: what it could not carry out is for the evaluator to answer. */
const ANSWERING: readonly Party[] = ["classifier", "policy-gate", "selector", "budget-ledger", "evaluator"];
const STAGES: readonly Party[] = [...ANSWERING, "executor", "analytics-sink", "notifier"];

/** What most rows share; a stage's event, kept for some days of replay. */
const EVENT = {
  key: "requestId",
  perApplication: false,
  aboutRequests: true,
  partitions: 12,
  retentionMs: 3 * DAY_MS,
  cleanupPolicy: "delete",
  timestamp: "create",
  growth: 2,
} as const;

/** Applications write these: small as a request, stamped by the log. */
const INGRESS = { ...EVENT, timestamp: "append", growth: 1, retentionMs: REQUEST_MS } as const;

/** THE table of topics: provisioning, producers, consumers, access rights and the documentation read it. */
export const TOPICS = {
  requests: { ...INGRESS, schema: "request", perApplication: true, writers: ["application", "cli"], readers: ["classifier"], doc: "what applications ask" },
  classified: { ...EVENT, schema: "classified", writers: ["classifier", "selector", "budget-ledger", "evaluator"], readers: ["policy-gate"], doc: "what the request is" },
  permitted: { ...EVENT, schema: "permitted", writers: ["policy-gate"], readers: ["selector"], doc: "what may happen, as a signed permit" },
  escalated: { ...EVENT, schema: "escalated", writers: ["evaluator"], readers: ["selector"], doc: "a check failed: choose again" },
  selected: { ...EVENT, schema: "selected", writers: ["selector"], readers: ["budget-ledger"], doc: "which candidate, and its fallbacks" },
  funded: { ...EVENT, schema: "funded", writers: ["budget-ledger"], readers: ["executor"], doc: "how it is paid" },
  executed: { ...EVENT, schema: "executed", writers: ["executor"], readers: ["evaluator", "budget-ledger"], doc: "how the calls went" },
  responses: {
    ...EVENT, schema: "response", perApplication: true, retentionMs: REQUEST_MS,
    writers: ANSWERING, readers: ["application", "cli"], doc: "the one answer to each request",
  },
  decisions: {
    ...EVENT, schema: "decision", retentionMs: REQUEST_MS,
    writers: ANSWERING, readers: ["analytics-sink"], doc: "the whole trail, without prompt or output text",
  },
  // Kept beyond the longest budget window (a month), because balances are rebuilt from it.
  "ledger-entries": {
    ...EVENT, schema: "ledger-entry", aboutRequests: false, retentionMs: 90 * DAY_MS,
    writers: ["budget-ledger"], readers: ["analytics-sink"], doc: "journal of reservations, settlements and releases",
  },
  "budget-status": {
    ...EVENT, schema: "budget-status", aboutRequests: false, key: "scope", partitions: 3, retentionMs: 30 * DAY_MS,
    writers: ["budget-ledger", "notifier"], readers: ["analytics-sink", "notifier"], doc: "a budget crossed a threshold, is going to, or is spent unusually",
  },
  // One partition: what changed when is one story. Kept for a year, since an audit asks afterwards.
  "policy-changes": {
    ...EVENT, schema: "policy-change", aboutRequests: false, key: "instance", partitions: 1, retentionMs: 365 * DAY_MS,
    writers: ["policy-gate"], readers: ["analytics-sink", "notifier"], doc: "another policy set came into force, or was refused",
  },
  // One partition: transitions are rare, and what followed what is one story. Executors hear of each other through the
  // shared health store; this is the record of it.
  "provider-health": {
    ...EVENT, schema: "provider-health", aboutRequests: false, key: "deployment", partitions: 1, retentionMs: 7 * DAY_MS,
    writers: ["executor"], readers: ["analytics-sink"], doc: "the health of a deployment changed",
  },
  // A preview for whoever watches: what matters of it stands in `responses`.
  "response-deltas": {
    ...EVENT, schema: "response-delta", perApplication: true, retentionMs: HOUR_MS,
    writers: ["executor"], readers: ["application", "cli"], doc: "pieces of answers on their way, for requests that ask to stream",
  },
  // One partition and a day: every executor reads all of it at each start.
  cancellations: {
    ...INGRESS, schema: "cancellation", perApplication: true, partitions: 1, retentionMs: DAY_MS, everyProcess: true,
    writers: ["application", "cli"], readers: ["executor"], doc: "requests whose answer is not wanted any more",
  },
  "held-answers": {
    ...EVENT, schema: "held-answer", partitions: 3, retentionMs: REQUEST_MS,
    writers: ANSWERING, readers: ["cli"], doc: "answers that a person must look at before they go out",
  },
  reviews: {
    ...EVENT, schema: "review", partitions: 3, retentionMs: REQUEST_MS, timestamp: "append",
    writers: ["cli"], readers: ["evaluator", "analytics-sink"], doc: "what a person decided about a held answer",
  },
  feedback: {
    ...INGRESS, schema: "feedback", perApplication: true, partitions: 3,
    writers: ["application", "cli"], readers: ["analytics-sink"], doc: "what the business says about an answer",
  },
  "dead-letters": {
    ...EVENT, schema: "dead-letter", key: "deadLetterId", partitions: 3, retentionMs: REQUEST_MS, growth: 3,
    writers: STAGES, readers: ["cli", "operator"], doc: "records that could not be processed, with the reason",
  },
} as const satisfies Readonly<Record<string, TopicRow>>;

export type TopicName = keyof typeof TOPICS;
export type EventOf<T extends TopicName> = EventTypes[(typeof TOPICS)[T]["schema"]];

export const TOPIC_NAMES = Object.keys(TOPICS) as readonly TopicName[];

/** The table's row, with the general type of its columns. */
export const topicRow = (topic: TopicName): TopicRow => TOPICS[topic];

const TOPIC_BY_SCHEMA = Object.fromEntries(TOPIC_NAMES.map((topic) => [TOPICS[topic].schema, topic])) as Record<keyof EventTypes, TopicName>;

/** The one topic of an event. */
export const topicOf = (schema: keyof EventTypes): TopicName => TOPIC_BY_SCHEMA[schema];

/** Largest encoded record of a topic, in bytes. */
export const recordBytesMaxOf = (topic: TopicName, recordBytesMax = RECORD_BYTES_MAX): number => TOPICS[topic].growth * recordBytesMax;
