import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AnyMessage } from "@leverframe/contracts";
import type { Request, Response } from "@leverframe/events";
import { RecordMaker } from "@leverframe/nest";
import { evidenceOf, Installation, type InstallationOptions, requestOf, type RequestDraft, ROOT, type TestClient } from "../support/installation";
import { audit, type Violation } from "../support/audit";
import { type Call, type Simulator, startSimulator } from "../support/simulator";

/** Never in a log: every prompt of the suite ends with it. */
export const PROMPT_MARK = "heliotrope-cassowary";

/** Caps of this suite, which the repository's own policies are copied with. */
const CAPS: Readonly<Record<string, string>> = {
  // Pays for the economy model at 2,000 output tokens with one retry, and for nothing dearer.
  HR: "0.0018",
  // Pays for nothing.
  Marketing: "0.000005",
};

/** Calls on it that take longer get a second one beside them; nobody has to take it. */
const HEDGED_ROUTE = `
  - name: hedged
    owner: platform
    qualityFloor: 0.6
    latencyMsMax: 30000
    escalationsMax: 1
    hedge: true
    hedgeAfterMs: 400
`;

/** One running installation and all that was asked of it. */
export class World {
  readonly asked: Request[] = [];
  /** Requests that are answered under the id that their idempotency key gives them. */
  readonly answeredAs = new Map<string, string>();

  private constructor(
    readonly installation: Installation,
    readonly client: TestClient,
    readonly simulator: Simulator,
  ) {}

  static async start(options: Omit<InstallationOptions, "simulatorUrl" | "policiesDir">): Promise<World> {
    const simulator = await startSimulator({ recorded: false });
    const policiesDir = policiesWithCaps();
    try {
      const installation = await Installation.start({ ...options, simulatorUrl: simulator.url, policiesDir });
      const client = await installation.client();
      await client.watch();
      return new World(installation, client, simulator);
    } catch (error) {
      await simulator.close();
      throw error;
    }
  }

  request(draft: RequestDraft = {}): Request {
    const text = `${draft.text ?? "Hello, how are you today?"} ${PROMPT_MARK}`;
    const request = requestOf({ ...draft, text });
    this.asked.push(request);
    return request;
  }

  /** Asks and waits for the answer. */
  ask(draft: RequestDraft = {}, application?: string): Promise<Response> {
    return this.client.ask(this.request(draft), application);
  }

  /** Writes what an application writes beside its requests. */
  async publish(...messages: readonly AnyMessage[]): Promise<void> {
    const { client } = this;
    const maker = new RecordMaker(client.codec, client.names);
    await client.log.append(messages.map((one) => maker.recordOf(one)));
  }

  callsOf(requestId: string): readonly Call[] {
    return this.simulator.calls.filter(({ request }) => request === requestId);
  }

  entriesOf(requestId: string) {
    return this.client.entries.filter((entry) => entry.requestId === requestId);
  }

  audit(rows: readonly string[] | null): readonly Violation[] {
    const { client, installation, simulator, asked, answeredAs } = this;
    return audit(evidenceOf(client, installation.policiesDir, simulator.calls, asked, rows, answeredAs));
  }

  async end(): Promise<void> {
    await this.installation.destroy();
    await this.simulator.close();
    rmSync(this.installation.policiesDir, { recursive: true, force: true });
  }
}

function policiesWithCaps(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-policies-"));
  cpSync(path.join(ROOT, "policies"), folder, { recursive: true });
  const file = path.join(folder, "budgets.yaml");
  let text = readFileSync(file, "utf8");
  for (const [department, capUsd] of Object.entries(CAPS)) {
    const changed = text.replace(new RegExp(`(${department}: \\{ capUsd: )\\d+`), `$1${capUsd}`);
    if (changed === text) throw new Error(`${file} has no cap of ${department}`);
    text = changed;
  }
  writeFileSync(file, text);
  appendFileSync(path.join(folder, "routes.yaml"), HEDGED_ROUTE);
  return folder;
}
