import { classify, requestOf } from "@leverframe/classification";
import type { Request } from "@leverframe/events";
import { type Benchmark, type Metrics, wanted } from "./benchmark";
import { costOf } from "./cost";

/** What office prose with a few identifiers looks like; longer prompts repeat it. */
const PROSE =
  "Please write to Mrs Keller about order 48213, she called on 12 May; the delivery of forty chairs to 80331 Munich was late and the invoice INV-2291 shows " +
  "1,240.50 EUR instead of 1,180.00. Our contract says ten days. Mail anna@example.com or call +49 89 1234567. ";

const SIZES: Readonly<Record<string, number>> = { "1kb": 1_024, "4kb": 4_096, "64kb": 65_536 };

/** Shapes that cost most of all that the tests try (hostile-input.spec.ts), repeated. */
const HOSTILE: readonly string[] = ["4111 ", "4111 1111 1111 1112 ", "+123456789 ", "😀a ", "ANNA CANCER ", "patient cancer ", "a-b_c.", "1 85 ", "a ", "DE89 "];
const HOSTILE_BYTES = 1_000_000;

export const classification: Benchmark = {
  name: "classify",
  doc: "classification of prompts of 1, 4 and 64 KB, and of 1 MB that was made to be slow",
  async run(options) {
    const metrics: Metrics = {};
    const rows: (string | number)[][] = [];
    for (const [name, bytes] of Object.entries(SIZES)) {
      if (!wanted(options, name)) continue;
      const request = requestWith(PROSE, bytes);
      const { cpuMicros, perSecond } = await costOf(1, options.seconds, () => classify(request));
      metrics[`classify_${name}_us`] = cpuMicros;
      rows.push([name, cpuMicros, perSecond]);
    }
    if (wanted(options, "hostile")) {
      let worst = 0;
      for (const unit of HOSTILE) {
        const request = requestWith(unit, HOSTILE_BYTES);
        const { cpuMicros } = await costOf(1, options.seconds / HOSTILE.length, () => classify(request));
        worst = Math.max(worst, cpuMicros);
        rows.push([`1 MB of \`${unit}\``, cpuMicros, 1_000_000 / cpuMicros]);
      }
      metrics["classify_1mb_hostile_worst_ms"] = worst / 1_000;
    }
    const notes = ["targets: 1 KB ≤ 300 µs, 4 KB ≤ 2,000 µs, 1 MB hostile ≤ 100 ms"];
    return { metrics, tables: [{ title: "Classification", columns: ["prompt", "CPU µs", "per second"], rows, notes }] };
  },
};

function requestWith(unit: string, characters: number): Request {
  const text = unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters);
  return requestOf({ id: "bench", language: "en", department: "Support", text, labels: { taskType: "chat", riskClass: "low", signals: [], hard_negative: false } });
}
