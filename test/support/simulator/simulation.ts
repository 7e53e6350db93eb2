import { loadRecordedAnswers, recordedFolder, type RecordedAnswers } from "./answers/recorded";
import { CallFile } from "./calls/call-file";
import { CallLog } from "./calls/call-log";
import { FaultScript, type FaultRule, type RuleState } from "./faults/script";
import { ModelProfiles, type ModelConfig } from "./model-profile";
import type { SimulatorOptions } from "./options";
import { Provider } from "./provider";

/** Half an hour at a hundred calls a second. */
const CALLS_USUAL_MAX = 200_000;

/** The simulator without its HTTP server: models, faults, the call log. */
export class Simulation {
  readonly run: string;
  readonly log: CallLog;
  readonly provider: Provider;
  private models: ModelProfiles;
  private readonly faults = new FaultScript();
  private readonly file: CallFile | null;

  private constructor(
    private readonly options: SimulatorOptions,
    recorded: RecordedAnswers | null,
  ) {
    this.run = `${Date.now().toString(36)}-${process.pid}-${nextRun++}`;
    this.file = options.callsFile === undefined ? null : new CallFile(options.callsFile);
    this.log = new CallLog(this.run, options.callsMax ?? CALLS_USUAL_MAX, this.file);
    this.models = new ModelProfiles(options.models ?? {}, options.latency ?? "instant");
    this.faults.add(options.faults ?? []);
    this.provider = new Provider(
      {
        seed: options.seed ?? 1,
        strictModels: options.strictModels ?? false,
        apiKeys: options.apiKeys === undefined ? null : new Set(options.apiKeys),
        recorded,
      },
      () => this.models,
      this.faults,
    );
  }

  static async create(options: SimulatorOptions): Promise<Simulation> {
    const folder = options.recorded ?? recordedFolder() ?? false;
    return new Simulation(options, folder === false ? null : await loadRecordedAnswers(folder));
  }

  modelNames(): string[] {
    return this.models.names();
  }

  rules(): RuleState[] {
    return this.faults.states();
  }

  script(...rules: readonly FaultRule[]): void {
    this.faults.add(rules);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  configureModel(name: string, config: ModelConfig): void {
    this.models.configure(name, config);
  }

  /** As at the start: configured faults and models, no calls, the same draws again. */
  reset(): void {
    this.faults.clear();
    this.faults.add(this.options.faults ?? []);
    this.models = new ModelProfiles(this.options.models ?? {}, this.options.latency ?? "instant");
    this.provider.reset();
    this.log.clear();
  }

  /** Resolves when all calls so far are in the calls file, if there is one. */
  async flush(): Promise<void> {
    await this.file?.flush();
  }
}

let nextRun = 1;
