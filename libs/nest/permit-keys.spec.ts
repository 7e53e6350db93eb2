import { mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadConfig } from "./config/load";
import { permitKeys } from "./permit-keys";

const folder = (): string => mkdtempSync(path.join(tmpdir(), "leverframe-keys-"));
const hex = (byte: string): string => byte.repeat(32);

describe("permit keys", () => {
  test("the embedded profile makes one key, keeps it for its owner alone and finds it again", () => {
    const dataDir = path.join(folder(), "data");
    const config = loadConfig({ env: {}, overrides: { dataDir } });
    const [first] = permitKeys(config);
    expect(first!.key).toHaveLength(32);
    expect(permitKeys(config)).toEqual([first]);
    expect(readdirSync(dataDir)).toEqual(["permit.key"]);
    expect(statSync(path.join(dataDir, "permit.key")).mode & 0o777).toBe(0o600);
  });

  test("configured keys keep their order: the first one signs", () => {
    const config = loadConfig({ env: { LEVERFRAME_PERMIT_KEYS: `new:${hex("ab")},old:${hex("01")}` } });
    expect(permitKeys(config).map(({ kid }) => kid)).toEqual(["new", "old"]);
    expect(Buffer.from(permitKeys(config)[0]!.key).toString("hex")).toBe(hex("ab"));
  });

  test("refuses a kid that stands twice, a damaged file, and a cluster without keys", () => {
    const twice = loadConfig({ env: { LEVERFRAME_PERMIT_KEYS: `k:${hex("ab")},k:${hex("01")}` } });
    expect(() => permitKeys(twice)).toThrow(/kid `k` twice/);
    const dataDir = folder();
    writeFileSync(path.join(dataDir, "permit.key"), "k:12");
    expect(() => permitKeys(loadConfig({ env: {}, overrides: { dataDir } }))).toThrow(/is damaged/);
    const env = { LEVERFRAME_PROFILE: "cluster", LEVERFRAME_KAFKA_BROKERS: "a:1", LEVERFRAME_REGISTRY_URL: "http://a" };
    expect(() => permitKeys(loadConfig({ env }))).toThrow(/`permit.keys` is not set \(LEVERFRAME_PERMIT_KEYS\)/);
  });
});
