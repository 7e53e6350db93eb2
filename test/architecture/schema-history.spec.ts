import { readFileSync } from "node:fs";
import path from "node:path";

interface Snapshots {
  readonly event: string;
  readonly current: string;
  readonly kept: readonly { readonly file: string; readonly text: string }[];
}

interface SnapshotTool {
  readSnapshots(): readonly Snapshots[];
  incompatibility(reader: string, writer: string): string | null;
  checksums(): Record<string, string>;
}

const tool = path.join(import.meta.dirname, "../../tools/schemas-snapshot.mjs");
const { readSnapshots, incompatibility, checksums } = (await import(tool)) as SnapshotTool;
const snapshots = readSnapshots();
const cases = snapshots.map((each) => [each.event, each] as const);

describe("the schema history", () => {
  it.each(cases)("has today's schema of `%s` as its newest snapshot", (event, { current, kept }) => {
    const newest = kept.at(-1);
    if (newest?.text !== current) {
      throw new Error(`schemas/${event}.avsc differs from its newest snapshot (${newest?.file ?? "there is none"}): run \`npm run schemas:snapshot\``);
    }
  });

  it.each(cases)("`%s` can read every earlier version, and each of those every one before it", (_event, { kept }) => {
    const faults = kept.flatMap((reader, index) =>
      kept.slice(0, index).map((writer) => {
        const why = incompatibility(reader.text, writer.text);
        return why && `${reader.file} cannot read ${writer.file}: ${why}`;
      }),
    );
    expect(faults.filter(Boolean)).toEqual([]);
  });

  it.each(cases)("numbers the snapshots of `%s` without a gap", (_event, { kept }) => {
    expect(kept.map(({ file }) => file)).toEqual(kept.map((_, index) => `${String(index + 1).padStart(4, "0")}.avsc`));
  });

  it("is only added to: each snapshot has the checksum it was listed with", () => {
    const list = path.join(import.meta.dirname, "../../schemas/history/checksums.json");
    expect(checksums()).toEqual(JSON.parse(readFileSync(list, "utf8")));
  });
});

describe("compatibility", () => {
  const record = (...fields: object[]): string => JSON.stringify({ type: "record", name: "R", fields });
  const id = { name: "id", type: "string" };

  it.each([
    ["a new field with a default", record(id, { name: "a", type: ["null", "int"], default: null }), record(id), true],
    ["a new field without one", record(id, { name: "a", type: "int" }), record(id), false],
    ["a field left out", record(id), record(id, { name: "a", type: "int" }), true],
    ["an int made a long", record({ name: "id", type: "long" }), record({ name: "id", type: "int" }), true],
    ["a string made an int", record({ name: "id", type: "int" }), record(id), false],
    ["a field that may no longer be null", record(id), record({ name: "id", type: ["null", "string"] }), false],
  ])("%s: readable %#", (_what, reader, writer, readable) => {
    expect(incompatibility(reader, writer) === null).toBe(readable);
  });
});
