import { LatencyBook } from "./latency-book";

const noted = (latencies: readonly number[]): LatencyBook => {
  const book = new LatencyBook();
  for (const latency of latencies) book.note("a", latency);
  return book;
};
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("the latencies of a deployment", () => {
  it("say nothing before there are enough of them", () => {
    expect(noted(upTo(19)).p95Ms("a")).toBeNull();
    expect(noted(upTo(20)).p95Ms("a")).toBe(19);
    expect(noted(upTo(20)).p95Ms("b")).toBeNull();
  });

  it.each([[100, 95], [256, 244]])("of 1 to %d ms have their 95th percentile at %d ms", (count, p95) => {
    expect(noted(upTo(count)).p95Ms("a")).toBe(p95);
    expect(noted(upTo(count).reverse()).p95Ms("a")).toBe(p95);
  });

  it("forget what is long ago", () => {
    expect(noted([...upTo(256).map(() => 9_000), ...upTo(256)]).p95Ms("a")).toBe(244);
  });

  it("are looked at again when enough new ones came", () => {
    const book = noted(upTo(100));
    expect(book.p95Ms("a")).toBe(95);
    for (let times = 0; times < 16; times++) book.note("a", 5_000);
    expect(book.p95Ms("a")).toBe(5_000);
  });
});
