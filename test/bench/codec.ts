import { compileGuard, EventCodec, FileSchemas, TopicNames } from "@leverframe/contracts";
import { TopicReader } from "../support/installation/topic-reader";
import type { Benchmark, BenchOptions, Metrics } from "./benchmark";
import { costOf } from "./cost";
import { startGoverned } from "./pipeline/governed";
import { SCENARIOS } from "./pipeline/layouts";
import { withSimulator } from "./pipeline/simulator-process";

const SCHEMA_ID_AT = 1;

export const codec: Benchmark = {
  name: "codec",
  doc: "encode, decode and allocation guard of an executed event with a 1 KB prompt",
  async run(options) {
    const bytes = await executedRecord(options);
    const schemas = new FileSchemas();
    const codec = await EventCodec.create(schemas);
    const event = await codec.decode("executed", bytes);
    const guard = compileGuard(await schemas.schemaOf(bytes.readUInt32BE(SCHEMA_ID_AT)));
    const parts = {
      encode: await costOf(1, options.seconds, () => codec.encode("executed", event)),
      // The value is there at once; only a schema that is not known yet would be waited for.
      decode_with_guard: await costOf(1, options.seconds, () => codec.decode("executed", bytes)),
      guard: await costOf(1, options.seconds, () => guard(bytes, SCHEMA_ID_AT + 4)),
    };
    const metrics: Metrics = { executed_event_bytes: bytes.length };
    for (const [part, { cpuMicros }] of Object.entries(parts)) metrics[`${part}_us`] = cpuMicros;
    const rows = Object.entries(parts).map(([part, { cpuMicros, perSecond }]) => [part, cpuMicros, perSecond]);
    return { metrics, tables: [{ title: `An executed event of ${bytes.length} bytes`, columns: ["", "CPU µs", "per second"], rows }] };
  },
};

/** As a real run made it. */
async function executedRecord(options: BenchOptions): Promise<Buffer> {
  const scenario = SCENARIOS.find(({ name }) => name === "embedded_one")!;
  return withSimulator(async ({ url: simulatorUrl }) => {
    const governed = await startGoverned(scenario, options, { simulatorUrl, clusterEnv: null, profilesDir: null });
    try {
      await governed.generator.closedLoop(1, 0.2);
      const reader = await TopicReader.open(governed.log, [new TopicNames().name("executed")]);
      while (reader.records.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await reader.close();
      return Buffer.from(reader.records[0]!.value ?? []);
    } finally {
      await governed.close();
    }
  });
}
