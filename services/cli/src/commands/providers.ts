import { PROVIDER_API_NAMES } from "@leverframe/catalog";
import { createLogger, systemClock } from "@leverframe/nest";
import { PROVIDER_SUPPORT } from "@leverframe/providers";
import { openHealthStore, openKeyChoice } from "@leverframe/wiring";
import { type Command, Option } from "commander";
import { presentConfigOf } from "../data-folder";
import { configOf, type GlobalOptions } from "../global-options";
import { policySetOf } from "../installation";
import { wholeNumber } from "../option-values";
import { absentApis } from "../providers/absent-apis";
import { checkProviders } from "../providers/check-providers";
import { fleetStatus } from "../providers/fleet-status";
import { type Format, FORMATS } from "../rendering/grid";
import { FINDING_COLUMNS, HEALTH_COLUMNS, SUPPORT_COLUMNS, supportNotes } from "../rendering/provider-columns";
import { render } from "../rendering/render";
import type { Terminal } from "../terminal";

interface ProvidersOptions extends GlobalOptions {
  readonly format: Format;
  readonly timeout: number;
}

const TIMEOUT_S = 30;

export function addProviders(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  const providers = program.command("providers").summary("list what is supported, check the keys, or show their health").description("The providers that can be called.");
  addFormat(providers.command("list").description("Shows what each wire API supports, as the conformance suite proves it, and why not where it does not.")).action(
    (_options: unknown, command: Command) => {
      list(command.optsWithGlobals<ProvidersOptions>().format, terminal);
      finish(0);
    },
  );
  addFormat(
    providers
      .command("check")
      .description("Makes one tiny real call to each provider of the catalog whose key is set, and shows what it found. Providers bill it.")
      .option("--timeout <seconds>", "for each call", wholeNumber(1), TIMEOUT_S),
  ).action(async (_options: unknown, command: Command) => {
    finish(await check(command.optsWithGlobals<ProvidersOptions>(), terminal));
  });
  addFormat(providers.command("health").description("Shows the health of each deployment as the running executors see it, without calling any.")).action(
    async (_options: unknown, command: Command) => {
      finish(await health(command.optsWithGlobals<ProvidersOptions>(), terminal));
    },
  );
}

function addFormat(command: Command): Command {
  return command.addOption(new Option("-f, --format <format>", "table, json or csv").choices(FORMATS).default("table"));
}

function list(format: Format, terminal: Terminal): void {
  const rows = PROVIDER_API_NAMES.map((api) => ({ api, support: PROVIDER_SUPPORT[api] }));
  terminal.out(render(format, SUPPORT_COLUMNS, rows, terminal.columns));
  if (format !== "table") return;
  terminal.out(["", "✓ yes, ◐ partly, – no:", ...supportNotes(rows)].join("\n"));
}

/** @returns 0 when nothing is down */
async function health(options: ProvidersOptions, terminal: Terminal): Promise<number> {
  const config = presentConfigOf(options);
  const store = openHealthStore(config);
  try {
    const found = await fleetStatus(policySetOf(config).catalog, store, systemClock);
    terminal.out(render(options.format, HEALTH_COLUMNS, found, terminal.columns));
    return found.some(({ band }) => band === "down") ? 1 : 0;
  } finally {
    await store.close();
  }
}

/** @returns 0 when every call that could be made was answered */
async function check(options: ProvidersOptions, terminal: Terminal): Promise<number> {
  const config = configOf(options);
  const { catalog } = policySetOf(config);
  const keys = openKeyChoice(config, process.env, systemClock, createLogger("silent"));
  const findings = await checkProviders(catalog, { environment: process.env, keys, timeoutMs: options.timeout * 1_000 });
  terminal.out(render(options.format, FINDING_COLUMNS, findings, terminal.columns));
  const absent = absentApis(catalog);
  if (options.format === "table" && absent.length > 0) terminal.out(["", `not in the catalog of \`${config.policies.dir}\`, and so not called:`, ...absent.map((line) => `- ${line}`)].join("\n"));
  const called = findings.filter(({ outcome }) => outcome !== "no_key");
  const answered = called.filter(({ outcome }) => outcome === "answered");
  terminal.err(called.length === 0 ? "no provider was called: none has a key" : `${answered.length} of ${called.length} providers answered`);
  return called.length > 0 && answered.length === called.length ? 0 : 1;
}
