import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HealthStore } from "@leverframe/health";
import { describeHealthStore } from "./health-store.conformance";
import { openSqliteHealthStore } from "./sqlite-health-store";

describeHealthStore("SQLite", async () => {
  const dir = mkdtempSync(path.join(tmpdir(), "health-"));
  const opened: HealthStore[] = [];
  return {
    open: () => {
      const store = openSqliteHealthStore({ path: path.join(dir, "data", "health.db") });
      opened.push(store);
      return store;
    },
    dispose: async () => {
      await Promise.all(opened.map((store) => store.close()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
});
