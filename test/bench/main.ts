import { parseArgs, type ParseArgsConfig } from "node:util";
import type { Benchmark, BenchOptions } from "./benchmark";
import { classification } from "./classify";
import { chaos } from "./chaos";
import { codec } from "./codec";
import { execution } from "./execution/execution";
import { forecast } from "./forecast/forecast";
import { ledger } from "./ledger";
import { runAsRacer } from "./ledger/race";
import { log } from "./log";
import { commit, machine } from "./machine";
import { pipeline } from "./pipeline/pipeline";
import { runHop } from "./pipeline/hop";
import { policy } from "./policy/policy";
import { printed } from "./print";
import { rounded } from "./statistics";

const BENCHMARKS: readonly Benchmark[] = [pipeline, log, codec, ledger, policy, classification, execution, chaos, forecast];
const USAGE = `npm run bench -- <name> [options]

  --json             the last line is one object {name, commit, machine, metrics}
  --seconds <n>      length of one measured window (default 5)
  --only <word>      only parts whose name contains the word; may stand several times
  --partitions <n>   partitions of each topic
  --no-floor         without the bare hops beside the pipeline
  --profile          services write CPU profiles; prints what costs most

benchmarks:
${BENCHMARKS.map(({ name, doc }) => `  ${name.padEnd(18)} ${doc}`).join("\n")}
`;

const { values, positionals } = argumentsOf({
  allowPositionals: true,
  options: {
    help: { type: "boolean", short: "h", default: false },
    json: { type: "boolean", default: false },
    seconds: { type: "string", default: "5" },
    only: { type: "string", multiple: true, default: [] },
    partitions: { type: "string" },
    profile: { type: "boolean", default: false },
    "no-floor": { type: "boolean", default: false },
    hop: { type: "string" },
    racer: { type: "string" },
  },
});

/** What was typed wrongly is said in one sentence, with exit code 2. */
function argumentsOf<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function positive(name: string, given: string): number {
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is \`${given}\`, expected a number above 0`);
}

async function main(): Promise<number> {
  // How a bare hop of the floor, a process of its own, is started.
  if (values.hop !== undefined) return runHop(JSON.parse(values.hop));
  if (values.racer !== undefined) return runAsRacer(JSON.parse(values.racer));
  const [name] = positionals;
  const benchmark = values.help ? undefined : BENCHMARKS.find((one) => one.name === name);
  if (!benchmark) {
    const isAsked = name === undefined || values.help;
    process.stdout.write(isAsked ? USAGE : `no benchmark is called \`${name}\`\n\n${USAGE}`);
    return isAsked ? 0 : 2;
  }
  const options: BenchOptions = {
    seconds: positive("seconds", values.seconds),
    only: values.only,
    profile: values.profile,
    floor: !values["no-floor"] && !values.profile,
    partitions: values.partitions === undefined ? undefined : positive("partitions", values.partitions),
    progress: (text) => process.stderr.write(`${text}\n`),
  };
  const { tables, metrics } = await benchmark.run(options);
  for (const table of tables) process.stdout.write(`${printed(table)}\n`);
  if (values.json) {
    const whole = Object.fromEntries(Object.entries(metrics).map(([metric, value]) => [metric, rounded(value)]));
    process.stdout.write(`${JSON.stringify({ name, commit: commit(), machine: machine(), metrics: whole })}\n`);
  }
  return 0;
}

// Clients may hold timers; what is to be closed in order has been closed.
process.exit(await main());
