import { type EventCodec, type EventTypes, type Message, requestIdOf, TOPICS, type TopicName, type TopicNames } from "@leverframe/contracts";
import { AppError, type Stage } from "@leverframe/kernel";
import type { LogRecord, OutgoingRecord } from "@leverframe/log";
import { isObservable, lastValueFrom, reduce } from "rxjs";
import type { StageMeter, StageMetrics } from "../health/stage-metrics";
import type { Logger } from "../logging";
import type { StageTracer } from "../tracing/stage-tracer";
import { traceparentOf } from "../tracing/traceparent";
import { chainsOf, type ChainOptions, handedOn } from "./chain-plan";
import { failedAt } from "./failing-stage";
import type { HandlerContext } from "./handler-context";
import type { HandlerCall, RegisteredStage } from "./handler-registry";
import type { RecordMaker } from "./publisher";

export interface RunnerParts {
  readonly codec: EventCodec;
  readonly names: TopicNames;
  readonly maker: RecordMaker;
  readonly tracer: StageTracer;
  readonly metrics: StageMetrics;
  readonly logger: Logger;
}

/** A handler with everything that its calls need, resolved once at start. */
interface Link {
  readonly stage: Stage;
  readonly topic: TopicName;
  readonly call: HandlerCall;
  readonly meter: StageMeter;
  readonly logger: Logger;
  /** Where this stage's messages go in memory, by topic; any other topic is published. */
  readonly next: ReadonlyMap<TopicName, readonly Link[]>;
}

/** What all stages of one run share: the record that started it, and the records that it yields. */
interface Run {
  readonly record: LogRecord;
  readonly topic: string;
  readonly application: string | null;
  readonly signal: AbortSignal;
  readonly produced: OutgoingRecord[];
}

/**
 * Runs a record through its stage and, in memory, through the stages chained behind it. All that the chain publishes is
 * returned together, so it is durable before the record's offset is committed; a failure anywhere repeats the whole chain.
 */
export class ChainRunner {
  readonly #parts: RunnerParts;
  readonly #links = new Map<Stage, Map<TopicName, Link>>();

  constructor(stages: ReadonlyMap<Stage, RegisteredStage>, chaining: ChainOptions, parts: RunnerParts) {
    this.#parts = parts;
    for (const chain of chainsOf([...stages.keys()], chaining)) {
      // From the chain's end, so that what a stage hands on to is already linked.
      for (const stage of chain.toReversed()) this.#links.set(stage, this.#link(stage, chain, stages.get(stage)!));
    }
  }

  /** Topics that some stage hands on in memory instead of publishing, for the log line at start. */
  inMemory(): readonly TopicName[] {
    const links = [...this.#links.values()].flatMap((byTopic) => [...byTopic.values()]);
    return [...new Set(links.flatMap((link) => [...link.next.keys()]))];
  }

  async handle(stage: Stage, record: LogRecord, signal: AbortSignal): Promise<readonly OutgoingRecord[]> {
    const address = this.#parts.names.parse(record.topic);
    const link = address && this.#links.get(stage)?.get(address.topic);
    if (!address || !link) throw failedAt(stage, new AppError("internal", `stage \`${stage}\` reads no topic \`${record.topic}\``));
    const topic = record.topic.slice(this.#parts.names.prefix.length);
    const run: Run = { record, topic, application: address.application, signal, produced: [] };
    let event: unknown;
    try {
      event = await decode(this.#parts.codec, TOPICS[address.topic].schema, record.value);
    } catch (error) {
      throw failedAt(stage, error);
    }
    await this.#step(link, event, run, record.value?.length ?? 0, traceparentOf(record.headers["traceparent"]));
    return run.produced;
  }

  #link(stage: Stage, chain: readonly Stage[], registered: RegisteredStage): Map<TopicName, Link> {
    const next = new Map<TopicName, readonly Link[]>();
    for (const [topic, readers] of handedOn(stage, chain)) {
      const links = readers.map((reader) => this.#links.get(reader)?.get(topic));
      if (links.every((link) => link !== undefined)) next.set(topic, links);
    }
    const logger = this.#parts.logger.child({ stage });
    const meter = this.#parts.metrics.meterOf(stage);
    const links = [...registered.handlers].map(([topic, call]) => [topic, { stage, topic, call, meter, logger, next }] as const);
    return new Map(links);
  }

  /** One stage for one event, then whatever is handed on. Sequential, so that output order is the same in every run. */
  async #step(link: Link, event: unknown, run: Run, recordBytes: number | null, incoming: string | null): Promise<void> {
    const { meter } = link;
    const requestId = requestIdIn(link.topic, event);
    const span = this.#parts.tracer.start(link.stage, link.topic, incoming, requestId);
    const context = new EventContext(link, run, recordBytes, span.traceparent, requestId);
    const startedMs = performance.now();
    let messages: readonly Message[];
    meter.inFlight++;
    try {
      if (run.signal.aborted) throw new AppError("cancelled", `stage \`${link.stage}\` was stopped`, { retryable: true });
      messages = await settled(link, link.call(event, context));
      for (const message of messages) {
        if (!link.next.has(message.topic)) run.produced.push(this.#parts.maker.recordOf(message, span.traceparent));
      }
    } catch (thrown) {
      const error = failedAt(link.stage, thrown);
      span.end(error.code);
      throw error;
    } finally {
      meter.inFlight--;
    }
    meter.finished(performance.now() - startedMs);
    span.end(null);
    for (const message of messages) {
      for (const next of link.next.get(message.topic) ?? []) {
        await this.#step(next, message.event, run, null, span.traceparent);
      }
    }
  }
}

function decode(codec: EventCodec, schema: keyof EventTypes, value: Uint8Array | null): unknown {
  if (value === null) throw new AppError("bad_record", `record of \`${schema}\` has no value`);
  return codec.decode(schema, value);
}

/** Nest lets a handler return an Observable too: all that it emits counts. */
async function settled(link: Link, returned: unknown): Promise<readonly Message[]> {
  let result = await returned;
  if (isObservable(result)) {
    const gathered = reduce<unknown, unknown[]>((all, emitted) => all.concat(emitted), []);
    result = await lastValueFrom(result.pipe(gathered), { defaultValue: [] });
  }
  if (Array.isArray(result)) return result as readonly Message[];
  throw new AppError("internal", `handler of \`${link.topic}\` in stage \`${link.stage}\` returned no list of messages`);
}

const requestIdIn = (topic: TopicName, event: unknown): string | null =>
  requestIdOf({ topic, event } as Message);

/** Made for each event, so its logger is only bound when somebody logs. */
class EventContext implements HandlerContext {
  readonly topic: string;
  readonly application: string | null;
  readonly receivedAtMicros: number;
  readonly recordBytes: number | null;
  readonly partition: number | null;
  readonly offset: bigint | null;
  readonly signal: AbortSignal;
  readonly traceparent: string;
  readonly #link: Link;
  readonly #requestId: string | null;
  #logger: Logger | null = null;

  constructor(link: Link, run: Run, recordBytes: number | null, traceparent: string, requestId: string | null) {
    // What came in memory has the name of its own topic: the same as in a layout where it comes through the log.
    const consumed = recordBytes !== null;
    this.topic = consumed ? run.topic : link.topic;
    this.application = consumed ? run.application : null;
    this.receivedAtMicros = run.record.timestampMicros;
    this.recordBytes = recordBytes;
    this.partition = consumed ? run.record.partition : null;
    this.offset = consumed ? run.record.offset : null;
    this.signal = run.signal;
    this.traceparent = traceparent;
    this.#link = link;
    this.#requestId = requestId;
  }

  get logger(): Logger {
    return (this.#logger ??= this.#link.logger.child({ requestId: this.#requestId }));
  }
}
