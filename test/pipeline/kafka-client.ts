import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { registerSubjects, RegistrySchemas } from "@leverframe/contracts";
import { ROOT } from "../support/installation";

const run = promisify(execFile);

/** What the example prints about an answer. */
export interface ExampleAnswer {
  readonly requestId: string;
  readonly status: string;
  readonly text: string | null;
  readonly costUsd: number;
}

/** Runs `examples/kafka-client` as a customer would: a process that knows brokers and a registry, and nothing of ours. */
export async function askAsCustomer(env: Readonly<Record<string, string>>, text: string): Promise<ExampleAnswer> {
  const { stdout } = await run(process.execPath, [path.join(ROOT, "examples", "kafka-client", "ask.mjs"), text], {
    env: { ...process.env, KAFKA_BROKERS: env["LEVERFRAME_KAFKA_BROKERS"], SCHEMA_REGISTRY_URL: env["LEVERFRAME_REGISTRY_URL"] },
  });
  return JSON.parse(stdout) as ExampleAnswer;
}

/** As `topics provision` does: every subject, so that any client finds it. */
export async function registerAll(registryUrl: string): Promise<void> {
  await registerSubjects(new RegistrySchemas({ url: registryUrl }), []);
}
