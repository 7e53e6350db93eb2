import { mkdirSync } from "node:fs";
import path from "node:path";
import { type EventCodec, headersOf, message, TopicNames, topicSpecs } from "@leverframe/contracts";
import type { Log, LogRecord, PartitionOffset } from "@leverframe/log";
import { loadConfig, openCodec, openLog, uuidv7 } from "@leverframe/nest";
import { Installation, requestOf } from "../../support/installation";
import type { ProcessPlan } from "../../support/installation/layout";
import { ServiceProcess } from "../../support/installation/service-process";
import type { BenchOptions } from "../benchmark";
import type { Scenario } from "./layouts";
import { SINK } from "./layouts";
import { LoadGenerator } from "./load-generator";

const SENTENCE = "Please write a short and friendly note to the customer about the delivery that comes on Tuesday morning. ";
/** About one kilobyte of plain business prose. */
const PROMPT = SENTENCE.repeat(Math.ceil(1_024 / SENTENCE.length)).slice(0, 1_024);

export interface Governed {
  readonly stages: readonly ServiceProcess[];
  /** Not started: it catches up when asked to. */
  readonly sink: ServiceProcess;
  readonly generator: LoadGenerator;
  readonly log: Log;
  /** How many answers had another status than `answered`. */
  readonly refused: () => number;
  /** Records of the sink's topics that it has not committed. */
  readonly sinkLag: () => Promise<number>;
  close(): Promise<void>;
}

export interface Surroundings {
  readonly simulatorUrl: string;
  /** Of the running cluster; null for the embedded profile. */
  readonly clusterEnv: Readonly<Record<string, string>> | null;
  /** Where services put CPU profiles; null for none. */
  readonly profilesDir: string | null;
  /** What the stages' node is started with; absent: nothing. */
  readonly nodeOptions?: readonly string[];
}

/** The stages of a layout as an operator runs them, with their topics, and a generator at both ends. */
export async function startGoverned(scenario: Scenario, options: BenchOptions, around: Surroundings): Promise<Governed> {
  const { simulatorUrl, clusterEnv, profilesDir, nodeOptions = [] } = around;
  // Its own services are never started: only the configuration is wanted, for a set of processes of our own.
  const installation = await Installation.prepare({
    layout: "default",
    simulatorUrl,
    ...(clusterEnv ? { clusterEnv } : {}),
    env: { LEVERFRAME_PROVISION_TOPICS: "false", LEVERFRAME_LOG_LEVEL: "warn" },
  });
  const { env, dataDir } = installation;
  const config = loadConfig({ env });
  const names = new TopicNames(config.topicPrefix);
  const log = openLog(config);
  await log.ensureTopics(topicSpecs(["crm", "ide"], { names, ...(options.partitions ? { partitions: options.partitions } : {}) }));
  const codec = await openCodec(config, names);
  const profiled = profilesDir ? ["--cpu-prof", `--cpu-prof-dir=${profilesDir}`] : [];
  const started = [...nodeOptions, ...profiled];
  if (profilesDir) mkdirSync(profilesDir, { recursive: true });
  const processOf = (plan: ProcessPlan, nodeOptions: readonly string[]) =>
    new ServiceProcess(plan, env, path.join(dataDir, "logs", `${plan.name}.log`), nodeOptions);
  const stages = scenario.processes.map((plan) => processOf(plan, started));
  const sink = processOf(SINK, []);
  const all = [...stages, sink];
  const stop = async () => {
    await Promise.all(all.map((service) => service.stop()));
    await installation.destroy();
  };
  try {
    // In one moment, as a deployment would; a layout's groups then settle once.
    await Promise.all(stages.map((service) => service.start()));
    const answers = new AnswerCount(codec);
    const generator = await LoadGenerator.open(log, names.responses("default"), requestRecord(codec, names), {
      check: (record) => answers.add(record),
      newKey: uuidv7,
    });
    const close = async () => {
      await generator.close();
      await stop();
    };
    return { stages, sink, generator, log, refused: () => answers.refused, sinkLag: () => sinkLagOf(log, names), close };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function sinkLagOf(log: Log, names: TopicNames): Promise<number> {
  const group = names.consumerGroup("analytics-sink");
  const lags = (["decisions", "ledger-entries"] as const).map(async (name) => {
    const topic = names.name(name);
    const [ends, committed] = await Promise.all([log.endOffsets(topic), log.committed(group, topic)]);
    const sum = (offsets: readonly PartitionOffset[]) => offsets.reduce((total, { offset }) => total + Number(offset), 0);
    return sum(ends) - sum(committed);
  });
  return (await Promise.all(lags)).reduce((total, lag) => total + lag, 0);
}

function requestRecord(codec: EventCodec, names: TopicNames) {
  const template = requestOf({ text: PROMPT });
  const topic = names.requests("default");
  return (requestId: string) => {
    const request = { ...template, requestId };
    return { topic, key: Buffer.from(requestId), value: codec.encode("request", request), headers: headersOf(message("requests", request, "default")) };
  };
}

/** A benchmark of refusals would be fast and worthless. */
class AnswerCount {
  refused = 0;

  constructor(private readonly codec: EventCodec) {}

  add(record: LogRecord): void {
    const response = this.codec.decode("response", record.value ?? new Uint8Array());
    if (!("status" in response) || response.status !== "answered" || response.refusal !== null) this.refused++;
  }
}
