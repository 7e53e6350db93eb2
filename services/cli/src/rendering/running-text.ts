import path from "node:path";
import { STAGES } from "@leverframe/kernel";
import { chainsOf } from "@leverframe/nest";
import type { Running } from "../commands/up";
import { missingKeyOf, providersOf } from "../providers/provider-keys";
import { sectionText } from "./sections";

const VERSION_CHARACTERS = 12;
const WIDTH = 110;

/** What runs where, and what to do next. */
export function runningText({ app, policies, simulator }: Running): string {
  const { config, address, names } = app;
  const stages = config.stages.length === 0 ? STAGES : config.stages;
  const chains = chainsOf(stages, config.chaining).map((chain) => `[${chain.join(" → ")}]`);
  const applications = [...policies.applications.keys()];
  const embedded = config.profile === "embedded";
  const facts = sectionText(
    `Leverframe is running (${config.profile} profile).`,
    [
      ["stages", chains.join(" ")],
      ["health", `${address}/ready, metrics at ${address}/metrics`],
      [embedded ? "data" : "brokers", embedded ? path.resolve(config.dataDir) : config.kafka.brokers.join(", ")],
      ["policies", `${path.resolve(config.policies.dir)}, version ${policies.version.slice(0, VERSION_CHARACTERS)}, catalog ${policies.catalog.version.slice(0, VERSION_CHARACTERS)}`],
      ["topics", `${applications.map((application) => names.requests(application)).join(", ")} → ${applications.map((application) => names.responses(application)).join(", ")}`],
      ["providers", providersText(policies, simulator?.url ?? null)],
    ],
    WIDTH,
  );
  return `${facts}\n\nIn another terminal:  npm run -s leverframe -- send --department Sales --text "Summarise: …"\nCtrl-C stops.`;
}

function providersText(policies: Running["policies"], simulatorUrl: string | null): string {
  const providers = providersOf(policies.catalog);
  if (simulatorUrl !== null) return `SIMULATED at ${simulatorUrl}: ${providers.map(({ id }) => id).join(", ")}. Answers are made up and nothing is billed.`;
  return providers
    .map((provider) => `${provider.id} at ${provider.baseUrl ?? `the ${provider.api} API`}${missingKeyOf(provider, process.env) === null ? "" : " (no key)"}`)
    .join("; ");
}
