/** The simulated providers' side of a call: who may call, which faults strike, what is answered and billed. */
import type { IncomingHttpHeaders } from "node:http";
import type { RecordedAnswers } from "./answers/recorded";
import { BadRequest, type Ask } from "./ask";
import { billNanoUsd } from "./calls/call";
import type { NewCall } from "./calls/call-log";
import { FaultError, type Fault } from "./faults/fault";
import { parseMarkers, type FaultMarker } from "./faults/marker";
import { faultTexts, type FaultScript } from "./faults/script";
import { generate, type Generation } from "./generate";
import { sampleLatency, slowed, type LatencySample } from "./latency";
import type { ModelProfile, ModelProfiles } from "./model-profile";
import { planAnswer, planError, planFaultError, type Delivery, type Outcome, type PlanContext } from "./plan";
import { combine, hash32, Random } from "./random";
import { Recurrence } from "./recurrence";
import type { RateLimit, Usage, Wire } from "./wire/reply";

export interface Arrival {
  readonly wire: Wire;
  /** From the URL, null when it names none. */
  readonly provider: string | null;
  readonly path: string;
  readonly query: string;
  /** From the path, null when the wire has it in the body. */
  readonly model: string | null;
  readonly headers: IncomingHttpHeaders;
  /** The text of the request's body; null when it is larger than accepted. */
  readonly body: string | null;
}

export interface Received {
  readonly call: NewCall;
  readonly delivery: Delivery;
  /** What is billed when the client leaves a stream after that share of it; absent: all. */
  readonly partOf?: (share: number) => Pick<NewCall, "usage" | "billedNanoUsd">;
}

export interface ProviderOptions {
  readonly seed: number;
  readonly strictModels: boolean;
  /** Null accepts any key. */
  readonly apiKeys: ReadonlySet<string> | null;
  readonly recorded: RecordedAnswers | null;
}

/** What is known of a call once its request could be read. */
interface Reading {
  readonly ask: Ask;
  readonly model: ModelProfile;
  readonly provider: string;
}

/** The part of a call's record that its outcome decides. */
interface Fate {
  readonly outcome: Outcome;
  readonly faults: readonly Fault[];
  readonly generation: Generation | null;
}

const NO_LATENCY: LatencySample = { totalMs: 0, firstTokenMs: 0 };

/** Only told in headers, never enforced: faults script the 429s. */
const REQUESTS_PER_MINUTE = 600_000;

function headerText(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" ? value : null;
}

export class Provider {
  private readonly recurrence = new Recurrence();
  private minute = 0;
  private requestsThisMinute = 0;
  private received = 0;

  constructor(
    private readonly options: ProviderOptions,
    private readonly models: () => ModelProfiles,
    private readonly script: FaultScript,
  ) {}

  /** As at the start: the same calls draw the same numbers again. */
  reset(): void {
    this.recurrence.clear();
    this.received = 0;
  }

  receive(arrival: Arrival): Received {
    const atMs = Date.now();
    const { wire, headers } = arrival;
    const random = new Random(combine(this.options.seed, hash32("request"), ++this.received));
    const context: PlanContext = {
      wire,
      requestId: `req_${random.hex(3)}`,
      rateLimit: this.countRequest(atMs),
      latency: NO_LATENCY,
    };
    const read = this.read(arrival);
    const reading = read instanceof BadRequest ? null : read;
    const fate = read instanceof BadRequest ? this.turnAway(context, read) : this.decide(context, headers, read);
    const { outcome, faults, generation } = fate;
    const model = reading?.model;
    const call: NewCall = {
      atMs,
      api: wire.api,
      provider: reading?.provider ?? arrival.provider ?? wire.api,
      model: model?.name ?? "",
      path: arrival.path,
      stream: reading?.ask.stream ?? false,
      permit: headerText(headers, "x-leverframe-permit"),
      attempt: headerText(headers, "x-leverframe-attempt"),
      request: headerText(headers, "x-leverframe-request"),
      providerRequestId: context.requestId,
      promptDigest: reading?.ask.digest ?? null,
      outputTokensMax: reading?.ask.outputTokensMax ?? null,
      tools: reading?.ask.tooling.tools.length ?? 0,
      images: reading?.ask.tooling.images ?? 0,
      status: outcome.status,
      faults: faultTexts(faults),
      quality: generation?.quality ?? null,
      recorded: generation?.recorded ?? false,
      ...billed(outcome.usage, model),
    };
    const { delivery, usageOfPart } = outcome;
    return { call, delivery, ...(usageOfPart ? { partOf: (share) => billed(usageOfPart(share), model) } : {}) };
  }

  private read(arrival: Arrival): Reading | BadRequest {
    const { wire, path, query, headers, body } = arrival;
    const target = { path, query, model: arrival.model, headers, body: body ?? "" };
    try {
      if (body === null) throw new BadRequest("Request body too large.", null, 413);
      wire.authenticate(target, this.options.apiKeys);
      const ask = wire.parse(parseJson(body), target);
      if (ask.stream && wire.stream === null) throw new BadRequest("streams of this wire are not simulated");
      const model = this.models().get(ask.model);
      return { ask, model, provider: arrival.provider ?? model.provider ?? wire.api };
    } catch (error) {
      if (error instanceof BadRequest) return error;
      throw error;
    }
  }

  /** Why a request that could be read is not served all the same. */
  private objection(wire: Wire, model: ModelProfile): BadRequest | null {
    const served = model.known && (model.api === null || model.api === wire.api);
    if (served || !this.options.strictModels) return null;
    return new BadRequest(`The model \`${model.name}\` does not exist or you do not have access to it.`, "model", 404);
  }

  private turnAway(context: PlanContext, { status, message, parameter }: BadRequest): Fate {
    return { outcome: planError(context, { status, message, parameter }), faults: [], generation: null };
  }

  private decide(context: PlanContext, headers: IncomingHttpHeaders, reading: Reading): Fate {
    const { ask, model, provider } = reading;
    const objection = this.objection(context.wire, model);
    if (objection !== null) return this.turnAway(context, objection);
    const markers = markersIn(ask.prompt);
    if (markers instanceof BadRequest) return this.turnAway(context, markers);
    const answerSeed = combine(this.options.seed, hash32(model.name), Number.parseInt(ask.digest.slice(0, 8), 16));
    const seedWord = combine(answerSeed, this.recurrence.count(answerSeed));
    const markerScope = headerText(headers, "x-leverframe-request") ?? ask.digest;
    const faults = this.script.strike(
      { model: model.name, provider, prompt: ask.prompt, markerScope, seedWord },
      markers,
    );
    const random = new Random(seedWord);
    const timed = { ...context, latency: slowedBy(faults, sampleLatency(model.latency, random)) };
    const fault = faults.find(({ kind }) => kind !== "slow") ?? null;
    const failed = planFaultError(timed, fault, ask.stream);
    if (failed !== null) return { outcome: failed, faults, generation: null };
    const order = {
      ask,
      model,
      fault,
      difficulty: markers.find((marker) => marker.difficulty !== null)?.difficulty ?? null,
      seed: answerSeed,
      id: random.hex(3),
      cacheHit: ask.cacheable !== null && this.recurrence.seenPrefix(model.name, ask.cacheable.text),
    };
    const generation = generate(order, this.options.recorded);
    return { outcome: planAnswer(timed, ask, generation, fault), faults, generation };
  }

  private countRequest(atMs: number): RateLimit {
    const minute = Math.floor(atMs / 60_000);
    if (minute !== this.minute) this.requestsThisMinute = 0;
    this.minute = minute;
    this.requestsThisMinute++;
    const requestsLeft = Math.max(0, REQUESTS_PER_MINUTE - this.requestsThisMinute);
    return { requestsPerMinute: REQUESTS_PER_MINUTE, requestsLeft };
  }
}

const billed = (usage: Usage, model: ModelProfile | undefined): Pick<NewCall, "usage" | "billedNanoUsd"> => ({
  usage,
  billedNanoUsd: String(model === undefined ? 0n : billNanoUsd(usage, model.price)),
});

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new BadRequest("We could not parse the JSON body of your request.");
  }
}

function markersIn(prompt: string): readonly FaultMarker[] | BadRequest {
  try {
    return parseMarkers(prompt);
  } catch (error) {
    if (error instanceof FaultError) return new BadRequest(`simulator marker: ${error.message}`);
    throw error;
  }
}

function slowedBy(faults: readonly Fault[], sample: LatencySample): LatencySample {
  let latency = sample;
  for (const fault of faults) {
    if (fault.kind === "slow") latency = slowed(latency, fault.factor ?? 1, fault.ms ?? 0);
  }
  return latency;
}
