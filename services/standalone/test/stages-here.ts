import { createStageApp, type ConfigOverrides, type StageApp, type StageModules } from "@leverframe/nest";
import { Installation, type TestClient } from "../../../test/support/installation";
import { type Simulator, startSimulator } from "../../../test/support/simulator";

/** An installation whose stages run in this process, so that a test may put others in their place. */
export class StagesHere {
  private readonly apps: StageApp[] = [];

  private constructor(
    readonly installation: Installation,
    readonly client: TestClient,
    readonly simulator: Simulator,
  ) {}

  /** @param via what the stages call instead of the simulator itself. */
  static async prepare(via: (simulatorUrl: string) => Promise<string> = async (url) => url, policiesDir?: string): Promise<StagesHere> {
    const simulator = await startSimulator({ recorded: false });
    const installation = await Installation.prepare({ layout: "one", simulatorUrl: await via(simulator.url), ...(policiesDir === undefined ? {} : { policiesDir }) });
    // Adapters take keys from the process's own environment.
    for (const [name, value] of Object.entries(installation.env)) if (name.endsWith("_API_KEY")) process.env[name] = value;
    const client = await installation.client();
    await client.provision();
    await client.watch();
    return new StagesHere(installation, client, simulator);
  }

  async start(modules: StageModules, overrides: ConfigOverrides = {}): Promise<StageApp> {
    const app = await createStageApp(modules, { env: this.installation.env, overrides: { log: { level: "silent" }, policies: { watchMs: 0 }, ...overrides } });
    this.apps.push(app);
    return app;
  }

  async end(): Promise<void> {
    for (const app of this.apps.splice(0)) await app.close();
    await this.installation.destroy();
    await this.simulator.close();
  }
}
