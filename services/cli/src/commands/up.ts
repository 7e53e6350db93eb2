import { AppError, type Stage, STAGES } from "@leverframe/kernel";
import { type ConfigOverrides, createStageApp, loadConfig, type StageApp } from "@leverframe/nest";
import type { PolicySet } from "@leverframe/policy";
import { STAGE_MODULES } from "@leverframe/standalone";
import { type Command, InvalidArgumentError } from "commander";
import { checkDataFolder } from "../data-folder";
import { configSources, type GlobalOptions } from "../global-options";
import { policySetOf } from "../installation";
import { interrupted } from "../interrupted";
import { names } from "../option-values";
import { missingKeyOf, providersOf } from "../providers/provider-keys";
import { type ProviderSimulator, startProviderSimulator } from "../providers/provider-simulator";
import { runningText } from "../rendering/running-text";
import type { Terminal } from "../terminal";

interface UpOptions extends GlobalOptions {
  readonly stages?: readonly Stage[];
  readonly simulate: boolean;
  readonly verbose: boolean;
}

export interface Running {
  readonly app: StageApp;
  readonly policies: PolicySet;
  readonly simulator: ProviderSimulator | null;
  close(): Promise<void>;
}

export function addUp(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command("up")
    .summary("run the stages in this process")
    .description("Runs the stages in one process until Ctrl-C. The embedded profile needs no server: log, ledger and analytics are files in the data folder.")
    .option("--stages <names>", `only these, parted by commas: ${STAGES.join(", ")}`, stageNames)
    .option("--simulate", "answer with a local simulator instead of real providers: no key, no cost", false)
    .option("--verbose", "also log what goes well (to standard error, JSON lines)", false)
    .action(async (_options: unknown, command: Command) => {
      finish(await up(command.optsWithGlobals<UpOptions>(), terminal));
    });
}

function stageNames(text: string): readonly Stage[] {
  const stages = names(text);
  const unknown = stages.find((stage) => !STAGES.includes(stage as Stage));
  if (unknown !== undefined) throw new InvalidArgumentError(`\`${unknown}\` is no stage, expected some of ${STAGES.join(", ")}.`);
  return stages as readonly Stage[];
}

async function up(options: UpOptions, terminal: Terminal): Promise<number> {
  const stop = interrupted();
  const running = await start(options, terminal);
  terminal.out(runningText(running));
  const reason = await Promise.race([stop, running.app.crashed]);
  if (typeof reason === "string") terminal.err("stopping: requests in flight are finished first (Ctrl-C again stops at once)");
  else terminal.err(`a consumer cannot go on: ${reason.message}`);
  await running.close();
  return typeof reason === "string" ? 0 : 1;
}

/** Starts the stages, and the simulator before them where it is asked for. Leaves nothing running when it throws. */
export async function start(options: UpOptions & { readonly simulatorConfig?: string }, terminal: Terminal): Promise<Running> {
  const more: ConfigOverrides = options.stages === undefined ? {} : { stages: options.stages };
  const config = loadConfig(configSources(options, more));
  checkDataFolder(config);
  const policies = policySetOf(config);
  const callsProviders = config.stages.length === 0 || config.stages.includes("executor");
  if (callsProviders && !options.simulate) checkKeys(policies, terminal);
  const simulator = options.simulate ? await startProviderSimulator(providersOf(policies.catalog), options.simulatorConfig ?? null) : null;
  try {
    const { env, overrides } = configSources(options, {
      ...more,
      ...(simulator === null ? {} : { providers: { baseUrls: simulator.baseUrls } }),
      ...(quiet(options) ? { log: { level: "warn" } } : {}),
    });
    const app = await createStageApp(STAGE_MODULES, { env, overrides, logDestination: process.stderr });
    const close = async (): Promise<void> => {
      await app.close().finally(() => simulator?.close());
    };
    return { app, policies, simulator, close };
  } catch (error) {
    await simulator?.close();
    throw error;
  }
}

/** What the environment or a file says about the log's level counts. */
function quiet({ verbose, config }: UpOptions): boolean {
  return !verbose && config === undefined && process.env["LEVERFRAME_CONFIG"] === undefined && process.env["LEVERFRAME_LOG_LEVEL"] === undefined;
}

/** Refuses to start when no provider at all can be called; says which cannot when some can. */
function checkKeys({ catalog }: PolicySet, terminal: Terminal): void {
  const providers = providersOf(catalog);
  const missing = providers.flatMap((provider) => {
    const variable = missingKeyOf(provider, process.env);
    return variable === null ? [] : [{ provider: provider.id, variable }];
  });
  const list = missing.map(({ provider, variable }) => `${variable} (provider \`${provider}\`)`).join(", ");
  if (missing.length === providers.length) {
    const advice = "set those that you have, or add `--simulate` to answer with a local simulator, without keys and without cost";
    throw new AppError("bad_config", `no provider can be called, because none of these environment variables is set: ${list}; ${advice}`);
  }
  if (missing.length > 0) terminal.err(`without a key: ${list}. Calls to them fail and fall back where the policy permits another provider.`);
}
