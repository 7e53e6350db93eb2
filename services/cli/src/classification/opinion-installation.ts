import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "@leverframe/kernel";
import { type Config, createStageApp, loadConfig, type StageApp } from "@leverframe/nest";
import type { OpinionTerms, PolicySet } from "@leverframe/policy";
import { STAGE_MODULES } from "@leverframe/standalone";
import { configSources, type GlobalOptions } from "../global-options";
import { policySetOf } from "../installation";
import { missingKeyOf, providersOf } from "../providers/provider-keys";
import { startProviderSimulator } from "../providers/provider-simulator";

/** Everything that asks, and nobody who stores or tells. */
const STAGES = ["classifier", "policy-gate", "selector", "budget-ledger", "executor", "evaluator"] as const;

export interface OpinionInstallation {
  readonly app: StageApp;
  close(): Promise<void>;
}

/**
 * An installation of its own, in a temporary folder, with the configured policies and providers: questions are governed calls
 * as ever, under permits, reservations and caps. One rule is added: what is not a question is forbidden, so that nothing is
 * paid for answers. `bad_config` where nobody would be asked.
 */
export async function startOpinionInstallation(options: GlobalOptions & { readonly simulate: boolean }): Promise<OpinionInstallation> {
  const config = loadConfig(configSources({ ...options, profile: "embedded" }));
  const set = policySetOf(config);
  const terms = opinionTerms(set, config);
  if (!options.simulate) checkKeys(set);
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-opinions-"));
  const closers: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const simulator = options.simulate ? await startProviderSimulator(providersOf(set.catalog), null) : null;
    if (simulator !== null) closers.push(() => simulator.close());
    const policies = path.join(folder, "policies");
    copyPolicies(config.policies.dir, policies, terms);
    const { env, overrides } = configSources({ ...options, profile: "embedded", dataDir: path.join(folder, "data") }, {
      policies: { dir: policies, gitRef: null, watchMs: 0 },
      ...(simulator === null ? {} : { providers: { baseUrls: simulator.baseUrls } }),
      ...{ stages: STAGES, provisionTopics: true, topicPrefix: "", http: { port: 0 }, log: { level: "error" } },
    });
    const app = await createStageApp(STAGE_MODULES, { env, overrides, logDestination: process.stderr });
    closers.push(() => app.close());
    return { app, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function opinionTerms({ routes }: PolicySet, { policies }: Config): OpinionTerms {
  if (routes.secondOpinion !== null) return routes.secondOpinion;
  throw new AppError("bad_config", `--second-opinion: the policies in \`${policies.dir}\` ask nobody, expected \`secondOpinion: { route: … }\` in routes.yaml, which names the route of such questions`);
}

/** Cases and proofs are about answers, which are forbidden here. */
function copyPolicies(from: string, to: string, { route }: OpinionTerms): void {
  cpSync(from, to, { recursive: true });
  for (const part of ["cases", "proofs"]) rmSync(path.join(to, part), { recursive: true, force: true });
  const rule = { id: "opinions-only", why: "An evaluation pays for questions and not for answers", forbid: "all", unless: { route } };
  writeFileSync(path.join(to, "rules", "zz-opinions-only.yaml"), `${JSON.stringify({ rules: [rule] })}\n`);
}

function checkKeys({ catalog }: PolicySet): void {
  const missing = providersOf(catalog).map((provider) => missingKeyOf(provider, process.env));
  if (missing.some((variable) => variable === null)) return;
  const list = missing.map((variable) => `\`${variable}\``).join(", ");
  throw new AppError("bad_config", `--second-opinion: no provider can be asked, because none of ${list} is set; set those that you have, or add \`--simulate\`, which asks a local simulator (what it says measures nothing)`);
}
