import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "@leverframe/kernel";
import { configured, loadConfig, namedSettings } from "./load";
import { configTableMarkdown } from "./table";

function faultOf(env: Record<string, string>): string {
  try {
    loadConfig({ env });
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe("bad_config");
    return (error as AppError).message;
  }
  throw new Error("the configuration was accepted");
}

function fileWith(text: string, name = "leverframe.yaml"): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "leverframe-config-")), name);
  writeFileSync(file, text);
  return file;
}

describe("configuration", () => {
  test("needs nothing for the embedded profile", () => {
    const config = loadConfig({ env: {} });
    expect(config.profile).toBe("embedded");
    expect(config.stages).toEqual([]);
    expect(config.chaining).toEqual({ enabled: true, cutBefore: ["evaluator", "analytics-sink", "notifier"] });
    expect(config.concurrency.policyGate).toBeNull();
  });

  test("takes overrides over environment over file over defaults", () => {
    const file = fileWith("http:\n  port: 1111\n  host: 0.0.0.0\nlog:\n  level: warn\ncommitEveryMs: 7\n");
    const env = { LEVERFRAME_CONFIG: file, LEVERFRAME_HTTP_PORT: "2222", LEVERFRAME_LOG_LEVEL: "debug" };
    const config = loadConfig({ env, overrides: { log: { level: "silent" } } });
    expect(config.http).toEqual({ host: "0.0.0.0", port: 2222 });
    expect(config.log.level).toBe("silent");
    expect(config.commitEveryMs).toBe(7);
  });

  test("reads JSON too, and lists, flags and numbers out of the environment", () => {
    const env = {
      LEVERFRAME_CONFIG: fileWith('{"kafka": {"ssl": true}}', "leverframe.json"),
      LEVERFRAME_KAFKA_BROKERS: "one:9092, two:9093",
      LEVERFRAME_STAGES: "classifier,policy-gate",
      LEVERFRAME_CHAINING_ENABLED: "false",
      LEVERFRAME_CONCURRENCY_POLICY_GATE: "12",
      LEVERFRAME_HTTP_PORT: "",
    };
    const config = loadConfig({ env });
    expect(config.kafka.brokers).toEqual(["one:9092", "two:9093"]);
    expect(config.kafka.ssl).toBe(true);
    expect(config.stages).toEqual(["classifier", "policy-gate"]);
    expect(config.chaining.enabled).toBe(false);
    expect(config.concurrency.policyGate).toBe(12);
    expect(config.http.port).toBe(0);
  });

  test.each([
    ["LEVERFRAME_HTTP_PORT", "80a", ["`http.port`", "`80a`", "LEVERFRAME_HTTP_PORT", "a whole number from 0 to 65535"]],
    ["LEVERFRAME_PROFILE", "clustre", ["`profile`", "`clustre`", "`embedded`, `cluster`"]],
    ["LEVERFRAME_STAGES", "classifier,gate", ["`stages`", "gate", "`policy-gate`"]],
    ["LEVERFRAME_CHAINING_ENABLED", "yes", ["`chaining.enabled`", "`yes`", "`true` or `false`"]],
    ["LEVERFRAME_KAFKA_BROKERS", "one", ["`kafka.brokers`", "one", "`host:port`"]],
    ["LEVERFRAME_OTLP_ENDPOINT", "collector:4318", ["`otlp.endpoint`", "`collector:4318`", "http://"]],
    ["LEVERFRAME_OTLP_SAMPLE_RATIO", "1.5", ["`otlp.sampleRatio`", "`1.5`", "a number from 0 to 1"]],
  ])("refuses %s=%s naming key, value and what was expected", (name, value, parts) => {
    const fault = faultOf({ [name]: value });
    for (const part of parts) expect(fault).toContain(part);
  });

  test("collects all faults into one message", () => {
    const fault = faultOf({ LEVERFRAME_HTTP_PORT: "x", LEVERFRAME_LOG_LEVEL: "loud" });
    expect(fault).toContain("`http.port`");
    expect(fault).toContain("`log.level`");
  });

  test("never prints the value of a secret", () => {
    const fault = faultOf({ LEVERFRAME_PERMIT_KEYS: "k1:c0ffee", LEVERFRAME_REDIS_URL: "http://user:hunter2@host" });
    expect(fault).toContain("`permit.keys` is a hidden value");
    expect(fault).toContain("`redis.url` is a hidden value");
    expect(fault).not.toMatch(/c0ffee|hunter2/);
  });

  test("refuses an unknown key of the file with the nearest one", () => {
    const fault = faultOf({ LEVERFRAME_CONFIG: fileWith("kafka:\n  broker: [a:1]\nchainning:\n  enabled: true\n") });
    expect(fault).toContain("unknown key `kafka.broker`");
    expect(fault).toContain("did you mean `kafka.brokers`");
    expect(fault).toContain("unknown key `chainning`");
  });

  test("refuses a misspelt variable, and leaves those of other tools alone", () => {
    expect(faultOf({ LEVERFRAME_HTPP_PORT: "1" })).toContain("did you mean `LEVERFRAME_HTTP_PORT`");
    expect(() => loadConfig({ env: { LEVERFRAME_SIMULATOR_SEED: "1" } })).not.toThrow();
  });

  test("names line and column of a file that is no YAML", () => {
    expect(faultOf({ LEVERFRAME_CONFIG: fileWith("a: [1\nb: 2\n") })).toMatch(/leverframe\.yaml:\d+:\d+: /);
    expect(faultOf({ LEVERFRAME_CONFIG: "/nowhere/x.yaml" })).toContain("`/nowhere/x.yaml`");
  });

  test("demands in the cluster profile what only the cluster has", () => {
    const fault = faultOf({ LEVERFRAME_PROFILE: "cluster" });
    expect(fault).toContain("`kafka.brokers` is not set (LEVERFRAME_KAFKA_BROKERS)");
    expect(fault).toContain("`registry.url`");
    expect(() => configured(null, "redis.url", "`profile` is `cluster`")).toThrow(/`redis.url` is not set \(LEVERFRAME_REDIS_URL\)/);
    expect(configured("redis://x", "redis.url", "it is")).toBe("redis://x");
  });

  test("every default is a value that would be accepted, and every key is documented", () => {
    const table = configTableMarkdown();
    for (const { key, env, setting } of namedSettings()) {
      expect({ key, accepted: setting.fallback === "" || setting.schema.safeParse(setting.fallback).success }).toEqual({ key, accepted: true });
      expect(table).toContain(`| \`${key}\` | \`${env}\` |`);
    }
    expect(table).toContain("`LEVERFRAME_KAFKA_SASL_PASSWORD`");
    expect(table).toContain("`LEVERFRAME_RECORD_BYTES_MAX`");
  });
});
