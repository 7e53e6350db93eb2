import type { Bill } from "./calls/bill";
import type { Call } from "./calls/call";
import type { FaultRule, RuleState } from "./faults/script";
import type { ModelConfig } from "./model-profile";
import type { SimulatorOptions } from "./options";
import { startServer } from "./server";
import { Simulation } from "./simulation";

/**
 * A running simulator. The base URL of OpenAI's SDK is `url + "/v1"`, that of Anthropic's is `url`; every wire is also
 * at `url + "/_<wire>"`, followed by its API's own path, and each may follow `/<provider>`.
 */
export interface Simulator extends AsyncDisposable {
  readonly url: string;
  /** Tells this start from others in a shared calls file. */
  readonly run: string;
  /** Calls in the order of arrival; entered when accepted, `ended` when over. */
  readonly calls: readonly Call[];
  /** Adds fault rules after those there are. Throws a FaultError for one that cannot be read. */
  script(...rules: readonly FaultRule[]): void;
  /** Takes all fault rules away, also those of the configuration. */
  clearFaults(): void;
  /** How often each rule matched and struck. */
  rules(): RuleState[];
  configureModel(name: string, config: ModelConfig): void;
  bill(): Bill;
  /** As after the start: no calls, the configured faults, and the same draws again. */
  reset(): void;
  /** Resolves when all calls so far are in the calls file. */
  flush(): Promise<void>;
  /** Drops calls under way, writes the rest of the log. Idempotent. */
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulation = await Simulation.create(options);
  const server = await startServer(simulation, options.port ?? 0, options.host ?? "127.0.0.1");
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= server.close().then(() => simulation.flush()));
  return {
    url: server.url,
    run: simulation.run,
    get calls() {
      return simulation.log.calls;
    },
    script: (...rules) => simulation.script(...rules),
    clearFaults: () => simulation.clearFaults(),
    rules: () => simulation.rules(),
    configureModel: (name, config) => simulation.configureModel(name, config),
    bill: () => simulation.log.bill(),
    reset: () => simulation.reset(),
    flush: () => simulation.flush(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
