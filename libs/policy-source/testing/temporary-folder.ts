import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const FILES: Readonly<Record<string, string>> = {
  "catalog.yaml": `providers:
  - { id: cloud, api: openai }
models:
  - { id: big, tier: premium, licence: commercial, contextTokensMax: 100000, outputTokensMax: 8000, quality: { default: 0.9 } }
deployments:
  - { id: big-us, provider: cloud, model: big, region: us, price: { inputUsd: 2.50, outputUsd: 15 }, latencyMs: 2000 }
`,
  "attributes.yaml": "attributes:\n  - { name: taskType, values: [chat, coding] }\n",
  "routes.yaml": "default: general\nroutes:\n  - { name: general }\n",
  "applications.yaml": "applications:\n  - { application: default, tenant: acme, departments: [Sales, Legal] }\n",
  "budgets.yaml": "tenants:\n  acme: { capUsd: 100 }\n",
  "rules/platform.yaml": "rules:\n  - { id: all, allow: all }\n",
  "cases/allowed.yaml": "cases:\n  - name: sales is permitted\n    request: { department: Sales }\n    expect: { permitted: [big-us] }\n",
};

/** A small valid policy folder that a test may write to. */
export class TemporaryFolder {
  readonly path: string;

  constructor(parent = mkdtempSync(path.join(tmpdir(), "leverframe-policies-"))) {
    this.path = path.join(parent, "policies");
    for (const [file, text] of Object.entries(FILES)) this.write(file, text);
  }

  read(file: string): string {
    return readFileSync(path.join(this.path, file), "utf8");
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.path, file)), { recursive: true });
    writeFileSync(path.join(this.path, file), text);
  }

  /** As editors save: a draft beside it takes the file's name. */
  replace(file: string, text: string): void {
    const draft = path.join(this.path, `.${path.basename(file)}.draft`);
    writeFileSync(draft, text);
    renameSync(draft, path.join(this.path, file));
  }

  remove(): void {
    rmSync(path.dirname(this.path), { recursive: true, force: true });
  }
}
