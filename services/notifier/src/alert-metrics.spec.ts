import { Registry } from "prom-client";
import { alertCounter } from "./alert-metrics";

describe("the counts of alerts", () => {
  it("show every channel in force from the first scrape on, so that the first failure is a change", async () => {
    const registry = new Registry();
    let channels = ["chat"];
    const counted = alertCounter(registry, () => channels);
    expect(await registry.metrics()).toContain('leverframe_alerts_total{channel="chat",result="given_up"} 0');
    counted("chat", "failed");
    counted("chat", "failed");
    channels = ["chat", "erp"];
    const text = await registry.metrics();
    expect(text).toContain('leverframe_alerts_total{channel="chat",result="failed"} 2');
    expect(text).toContain('leverframe_alerts_total{channel="erp",result="failed"} 0');
  });
});
