import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SKIP_CAUSES } from "@leverframe/execution";
import { METRICS, type StageApp } from "@leverframe/nest";
import type { Metric, Registry } from "prom-client";
import { stringify } from "yaml";
import { promtool } from "../../../deploy/local";
import { dashboardExpressions, groupingsIn, recordedIn, ruleExpressions, ruleFiles, selectorsIn } from "../../../test/operations";
import { requestOf } from "../../../test/support/installation";
import { STAGE_MODULES } from "../src";
import { StagesHere } from "./stages-here";

/** What Prometheus itself puts on every series. */
const SCRAPE_LABELS = ["instance", "job"];
const HANDLED = /^leverframe_stage_handled_total\{stage="executor"\} [1-9]/m;
const HISTOGRAM_PARTS = /_(?:bucket|sum|count)$/;
/** Labels whose series come into being with what they count: their values stand in the code. */
const VALUES_BY_METRIC: Readonly<Record<string, readonly string[]>> = { leverframe_calls_skipped_total: SKIP_CAUSES };

const expressions = [...ruleExpressions(), ...dashboardExpressions()];

describe("what a running installation shows on /metrics", () => {
  let here: StagesHere;
  let app: StageApp;
  let page: string;

  beforeAll(async () => {
    here = await StagesHere.prepare();
    app = await here.start(STAGE_MODULES);
    expect(await here.client.ask(requestOf())).toMatchObject({ status: "answered" });
    // An event is counted after what it led to has left: the answer may be quicker.
    do page = await (await fetch(`${app.address}/metrics`)).text();
    while (!HANDLED.test(page));
  });

  afterAll(() => here?.end());

  /** Declared on the very registry whose page it is: a label is there before its first series. */
  const metricOf = (name: string): Metric | undefined => {
    const registry = app.get<Registry>(METRICS);
    return registry.getSingleMetric(name) ?? registry.getSingleMetric(name.replace(HISTOGRAM_PARTS, ""));
  };
  const labelsOf = (name: string): readonly string[] => {
    const declared = (metricOf(name) as unknown as { labelNames: readonly string[] } | undefined)?.labelNames ?? [];
    return [...declared, ...SCRAPE_LABELS, ...(name.endsWith("_bucket") ? ["le"] : [])];
  };

  it("is named, typed and explained as Prometheus' own tool asks", () => {
    expect(promtool(["check", "metrics"], { input: page })).toEqual({ exitCode: 0, text: "" });
  });

  it("that tool would say otherwise", () => {
    const { exitCode, text } = promtool(["check", "metrics"], { input: "# TYPE leverframe_bad_total gauge\nleverframe_bad_total 1\n" });
    expect(exitCode).not.toBe(0);
    expect(text).toContain("leverframe_bad_total");
  });

  it("holds every metric that a rule or a dashboard asks for", () => {
    const shown = new Set([...page.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!));
    const asked = new Set(expressions.flatMap(({ text }) => selectorsIn(text).map(({ metric }) => metric)));
    expect(asked.size).toBeGreaterThan(20);
    expect([...asked].filter((name) => !shown.has(name) && !shown.has(name.replace(HISTOGRAM_PARTS, "")))).toEqual([]);
    const recorded = ruleFiles().flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []));
    expect(expressions.flatMap(({ text }) => recordedIn(text)).filter((name) => !recorded.includes(name))).toEqual([]);
  });

  it("is looked at whole: every metric of ours is in a rule or on a dashboard", () => {
    const asked = new Set(expressions.flatMap(({ text }) => selectorsIn(text).map(({ metric }) => metric.replace(/_bucket$/, ""))));
    const ours = [...page.matchAll(/^# TYPE (leverframe_\S+) /gm)].map(([, name]) => name!);
    // Times of a policy set, for whoever asks when; nothing to watch.
    expect(ours.filter((name) => !asked.has(name)).sort()).toEqual(["leverframe_policy_active_since_seconds", "leverframe_policy_reload_seconds", "leverframe_policy_reloads_total"]);
  });

  it.each(expressions)("has the labels that are asked for: $where", ({ text, legendLabels }) => {
    const selectors = selectorsIn(text);
    for (const { metric, matchers } of selectors) expect(labelsOf(metric)).toEqual(expect.arrayContaining(matchers.map(({ label }) => label)));
    if (selectors.length > 0) {
      const known = selectors.flatMap(({ metric }) => labelsOf(metric));
      expect(known).toEqual(expect.arrayContaining([...groupingsIn(text), ...legendLabels]));
    }
    const grouped = groupingsIn(text);
    expect(legendLabels.filter((label) => !grouped.includes(label))).toEqual([]);
  });

  it.each(expressions.filter(({ text }) => selectorsIn(text).some(({ matchers }) => matchers.length > 0)))("has the values that are asked for: $where", ({ text }) => {
    for (const { metric, matchers } of selectorsIn(text)) {
      const series = page.split("\n").filter((line) => line.startsWith(`${metric}{`));
      for (const { label, values } of matchers) {
        for (const value of values) expect(VALUES_BY_METRIC[metric]?.includes(value) || series.some((line) => line.includes(`${label}="${value}"`)) ? value : `no ${metric} with ${label}="${value}"`).toBe(value);
      }
    }
  });

  it("dashboards ask in sound PromQL", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "leverframe-dashboards-"));
    try {
      const rules = dashboardExpressions().map(({ text }, index) => ({ record: `dashboard:${index}`, expr: text }));
      writeFileSync(path.join(folder, "dashboards.yaml"), stringify({ groups: [{ name: "dashboards", rules }] }));
      expect(promtool(["check", "rules", "dashboards.yaml"], { cwd: folder })).toEqual({ exitCode: 0, text: expect.stringContaining(`SUCCESS: ${rules.length} rules found`) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
