import type { HealthBook } from "./health-book";
import { HEALTH_TERMS } from "./health-terms";
import { MemoryHealthStore } from "./testing/memory-health-store";
import { answered, bookOf, callOnce, deploymentOf, failedWith, NOON, SECOND } from "./testing/sketches";

const A = deploymentOf("p/a");
const call = (book: HealthBook, nowMicros: number, fails: boolean) => callOnce(book, A, nowMicros, (end) => (fails ? failedWith("overloaded", end) : answered(end, 200)));

describe("what is measured of a deployment", () => {
  it("is nothing before a call, and no success rate while too few calls tell", () => {
    const book = bookOf();
    expect(book.measuredOf(A.id, NOON)).toBeNull();
    call(book, NOON, false);
    expect(book.measuredOf(A.id, NOON + SECOND)).toEqual({ successRate: null, latencyMs: 200 });
  });

  it("is the same for an instance that makes no calls itself, once it has heard of them", () => {
    const store = new MemoryHealthStore();
    const [caller, selector] = [bookOf({ instance: "caller" }), bookOf({ instance: "selector" })];
    for (const book of [caller, selector]) book.useCatalog([A]);
    for (let index = 0; index < HEALTH_TERMS.samplesMin * 2; index++) call(caller, NOON + index, index % 4 === 3);
    const now = NOON + SECOND;
    for (const book of [caller, selector]) {
      const said = book.exchange(now);
      book.hear(said, store.exchangeNow(said), now);
    }
    expect(caller.measuredOf(A.id, now)).toEqual({ successRate: 0.75, latencyMs: 200 });
    expect(selector.measuredOf(A.id, now)).toEqual({ successRate: 0.75, latencyMs: 200 });
  });
});
