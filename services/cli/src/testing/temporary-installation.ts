import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { topicSpecs } from "@leverframe/contracts";
import { loadConfig } from "@leverframe/nest";
import { type Installation, withInstallation } from "../installation";

/** A folder that goes away with the test. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-cli-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An embedded installation with its topics, in which no stage runs. */
export function withTemporaryInstallation(use: (installation: Installation) => Promise<void>): Promise<void> {
  return withTemporaryFolder((dataDir) =>
    withInstallation(loadConfig({ env: {}, overrides: { dataDir } }), async (installation) => {
      await installation.log.ensureTopics(topicSpecs(["default", "crm"], { names: installation.names }));
      await use(installation);
    }),
  );
}
