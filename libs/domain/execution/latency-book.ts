/** Latencies kept of each name: enough for a percentile, few enough to follow a change within minutes. */
const SAMPLES_MAX = 256;
/** Fewer say nothing about the slowest twentieth. */
const SAMPLES_MIN = 20;
/** A percentile is computed anew after this many samples: sorting each time would cost more than the call's bookkeeping. */
const STALE_AFTER = 16;
const NAMES_MAX = 1_000;

interface Page {
  readonly samplesMs: Float64Array;
  count: number;
  next: number;
  p95Ms: number | null;
  fresh: number;
}

/** The latest latencies of each deployment as this process saw them, and their 95th percentile. */
export class LatencyBook {
  private readonly pages = new Map<string, Page>();

  note(name: string, latencyMs: number): void {
    const page = this.pages.get(name) ?? this.open(name);
    if (!page) return;
    page.samplesMs[page.next] = latencyMs;
    page.next = (page.next + 1) % SAMPLES_MAX;
    page.count = Math.min(SAMPLES_MAX, page.count + 1);
    page.fresh += 1;
  }

  /** Null: too few were seen. */
  p95Ms(name: string): number | null {
    const page = this.pages.get(name);
    if (!page || page.count < SAMPLES_MIN) return null;
    if (page.p95Ms === null || page.fresh >= STALE_AFTER) {
      const sorted = page.samplesMs.slice(0, page.count).sort();
      page.p95Ms = sorted[Math.ceil(page.count * 0.95) - 1] ?? null;
      page.fresh = 0;
    }
    return page.p95Ms;
  }

  private open(name: string): Page | null {
    if (this.pages.size >= NAMES_MAX) return null;
    const page: Page = { samplesMs: new Float64Array(SAMPLES_MAX), count: 0, next: 0, p95Ms: null, fresh: 0 };
    this.pages.set(name, page);
    return page;
  }
}
