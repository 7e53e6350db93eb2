import { setTimeout as sleep } from "node:timers/promises";
import { type EventCodec, headersOf, message, TopicNames, topicSpecs } from "@leverframe/contracts";
import type { DeadLetter, Decision, LedgerEntry, Request, Response } from "@leverframe/events";
import { CHECK_NAMES } from "@leverframe/evaluation";
import { AppError } from "@leverframe/kernel";
import type { Log, LogRecord } from "@leverframe/log";
import { loadConfig, openCodec, openLog, sha256 } from "@leverframe/nest";
import { openPolicyFolder } from "@leverframe/policy-source";
import { TopicReader } from "./topic-reader";

const PARTITIONS = 4;
const POLL_MS = 20;
/** However busy the machine is; less than a test is given (jest.config.mjs), so that it fails with what was waited for. */
const WITHIN_MS = 120_000;
const OPEN_TRIES_MAX = 4;

/** A registry that has just started on a busy machine may need more than one try. */
async function stubbornly<T>(open: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof AppError && error.retryable) || tries === OPEN_TRIES_MAX) throw error;
    }
  }
}

/** An application's side of an installation: writes requests, and keeps all that comes out of it. */
export class TestClient {
  readonly responses: Response[] = [];
  readonly decisions: Decision[] = [];
  readonly entries: LedgerEntry[] = [];
  readonly deadLetters: DeadLetter[] = [];
  /** As they stand in the log, by request id; the first copy. */
  readonly decisionBytes = new Map<string, Uint8Array>();
  /** The name of the topic that a request was answered on. */
  readonly topicOfAnswer = new Map<string, string>();
  private reader: TopicReader | null = null;
  private failure: unknown = null;
  private decoding = Promise.resolve();

  private constructor(
    readonly log: Log,
    readonly codec: EventCodec,
    readonly names: TopicNames,
    readonly applications: readonly string[],
  ) {}

  static async open(env: Readonly<Record<string, string>>, policiesDir: string): Promise<TestClient> {
    const config = loadConfig({ env });
    const names = new TopicNames(config.topicPrefix);
    const policy = openPolicyFolder(policiesDir, { digest: sha256, checkNames: CHECK_NAMES });
    const applications = [...policy.current().applications.keys()];
    // First what may fail, so that a failure leaves nothing open.
    const codec = await stubbornly(() => openCodec(config, names));
    return new TestClient(openLog(config), codec, names, applications);
  }

  async provision(): Promise<void> {
    await this.log.ensureTopics(topicSpecs(this.applications, { names: this.names, partitions: PARTITIONS }));
  }

  /** Reads answers, decisions, journal and dead letters from the beginning on. */
  async watch(): Promise<void> {
    const { names } = this;
    const topics = [...names.all("responses", this.applications), names.name("decisions"), names.name("ledger-entries"), names.name("dead-letters")];
    this.reader = await TopicReader.open(this.log, topics, (record) => {
      this.decoding = this.decoding.then(() => this.keep(record)).catch((error: unknown) => (this.failure = error) as never);
    });
  }

  /** Appends requests as an application would. */
  async send(requests: readonly Request[], application = "default"): Promise<void> {
    const topic = this.names.requests(application);
    await this.log.append(
      requests.map((request) => ({
        topic,
        key: Buffer.from(request.requestId),
        value: this.codec.encode("request", request),
        headers: headersOf(message("requests", request, application)),
      })),
    );
  }

  async sendBytes(value: Uint8Array, key: string, application = "default"): Promise<void> {
    await this.log.append([{ topic: this.names.requests(application), key: Buffer.from(key), value }]);
  }

  /** Sends one request and waits for its answer. */
  async ask(request: Request, application = "default"): Promise<Response> {
    await this.send([request], application);
    return this.answerTo(request.requestId);
  }

  async answerTo(requestId: string, withinMs = WITHIN_MS): Promise<Response> {
    return this.eventually(`an answer to ${requestId}`, () => this.responses.find((response) => response.requestId === requestId), withinMs);
  }

  async decisionOn(requestId: string): Promise<Decision> {
    return this.eventually(`a decision on ${requestId}`, () => this.decisions.find(({ meta }) => meta.requestId === requestId));
  }

  /** Waits until every request is answered and decided, and no reservation is open. */
  async settled(requestIds: readonly string[], withinMs = WITHIN_MS): Promise<void> {
    await this.eventually(() => `all ${requestIds.length} answers; missing are ${this.missing(requestIds).join(", ")}`, () => this.missing(requestIds).length === 0 || undefined, withinMs);
    await this.eventually(() => `the release of ${this.openReservations().join(", ")}`, () => this.openReservations().length === 0 || undefined, withinMs);
  }

  /** Polls until `look` finds something; its name may be worked out late, for the message. */
  async eventually<T>(what: string | (() => string), look: () => T | undefined, withinMs = WITHIN_MS): Promise<T> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      this.reader?.check();
      if (this.failure) throw this.failure;
      const found = look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${typeof what === "string" ? what : what()}`);
      await sleep(POLL_MS);
    }
  }

  async close(): Promise<void> {
    await this.reader?.close();
    await this.decoding;
    await this.log.close();
  }

  private missing(requestIds: readonly string[]): string[] {
    const answered = new Set(this.responses.map(({ requestId }) => requestId));
    const decided = new Set(this.decisions.map(({ meta }) => meta.requestId));
    return requestIds.filter((requestId) => !answered.has(requestId) || !decided.has(requestId));
  }

  /** Reservations that the journal has granted or a decision names, and that the journal has not released yet. */
  private openReservations(): string[] {
    const of = (kind: string) => this.entries.filter((entry) => entry.kind === kind).map(({ reservationId }) => reservationId);
    const funded = this.decisions.flatMap(({ rounds }) => rounds.flatMap(({ funding }) => funding?.reservationId ?? []));
    const released = new Set(of("released"));
    return [...new Set([...of("reserved"), ...funded])].filter((reservation) => !released.has(reservation));
  }

  private async keep(record: LogRecord): Promise<void> {
    const { codec, names } = this;
    const value = record.value ?? new Uint8Array();
    switch (names.parse(record.topic)?.topic) {
      case "responses": {
        const response = await codec.decode("response", value);
        this.responses.push(response);
        this.topicOfAnswer.set(response.requestId, record.topic);
        break;
      }
      case "decisions": {
        const decision = await codec.decode("decision", value);
        this.decisions.push(decision);
        if (!this.decisionBytes.has(decision.meta.requestId)) this.decisionBytes.set(decision.meta.requestId, value);
        break;
      }
      case "ledger-entries":
        this.entries.push(await codec.decode("ledger-entry", value));
        break;
      default:
        this.deadLetters.push(await codec.decode("dead-letter", value));
    }
  }
}
