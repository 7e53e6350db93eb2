import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "@leverframe/nest";
import { describeRegister } from "./delivery-register.conformance";
import { SqliteRegister } from "./sqlite-register";

const folder = () => mkdtempSync(path.join(tmpdir(), "leverframe-register-"));
const DAY_MICROS = 86_400_000_000;

describeRegister("SQLite", async () => {
  const dir = folder();
  return {
    open: () => new SqliteRegister(path.join(dir, "notifier.db"), 40, systemClock),
    dispose: async () => rmSync(dir, { recursive: true, force: true }),
  };
});

test("the file forgets what is older than it is kept", async () => {
  const file = path.join(folder(), "notifier.db");
  let now = 1_000 * DAY_MICROS;
  const open = () => new SqliteRegister(file, 40, { nowMicros: () => now });
  const first = open();
  await first.delivered("old", "slack");
  now += 20 * DAY_MICROS;
  await first.delivered("newer", "slack");
  await first.close();
  now += 21 * DAY_MICROS;
  const second = open();
  expect((await second.deliveredTo("old")).size).toBe(0);
  expect((await second.deliveredTo("newer")).size).toBe(1);
  await second.close();
});
