import fc from "fast-check";
import { HEALTH_TERMS } from "./health-terms";
import type { HealthBook } from "./health-book";
import { MemoryHealthStore } from "./testing/memory-health-store";
import { answered, bookOf, callOnce, deploymentOf, failedWith, MS, NOON, SECOND } from "./testing/sketches";

const A = deploymentOf("p/a");
const B = deploymentOf("q/b");
const well = (endMicros: number) => answered(endMicros);
const dead = (endMicros: number) => failedWith("connection", endMicros);

describe("the health book", () => {
  it("opens the breaker at the third failure in a row, and skips the deployment then", () => {
    const book = bookOf();
    const said = [0, 1, 2, 3].map((call) => callOnce(book, A, NOON + call * SECOND, dead));
    expect(said).toEqual(["go", "go", "go", "breaker_open"]);
    expect([book.bandOf(A.id, NOON + 3 * SECOND), book.bandOf(B.id, NOON)]).toEqual(["down", "ok"]);
    expect(book.skips().get("p/a breaker_open")).toBe(1);
  });

  it.each(["bad_request", "context_overflow", "content_refused", "safety_blocked", "cancelled"])("takes `%s` for no failure of the deployment", (error) => {
    const book = bookOf();
    for (let call = 0; call < 20; call++) expect(callOnce(book, A, NOON + call * SECOND, (end) => failedWith(error, end))).toBe("go");
    expect(book.bandOf(A.id, NOON + 20 * SECOND)).toBe("ok");
  });

  it("takes no deadline for a failure that left less time than a call takes", () => {
    const book = bookOf();
    for (let call = 0; call < 5; call++) callOnce(book, A, NOON, (end) => failedWith("timeout", end, { startedAtMicros: end - 100 * MS }));
    expect(book.bandOf(A.id, NOON + SECOND)).toBe("ok");
  });

  it("takes a rejected key for no failure while another key is left", () => {
    const book = bookOf();
    for (let call = 0; call < 5; call++) callOnce(book, A, NOON, (end) => failedWith("auth", end, { retryable: true }));
    expect(book.bandOf(A.id, NOON + SECOND)).toBe("ok");
    for (let call = 0; call < 3; call++) callOnce(book, A, NOON, (end) => failedWith("auth", end));
    expect(book.bandOf(A.id, NOON + SECOND / 2)).toBe("down");
  });

  it("sends one probe when the time is up, and closes when it goes well", () => {
    const book = bookOf();
    for (let call = 0; call < 3; call++) callOnce(book, A, NOON, dead);
    const later = NOON + 1_200 * MS;
    const probe = book.admit({ deployment: A, nowMicros: later, waitedMicros: 0, tokens: 1, urgency: "normal" });
    expect([probe.verdict, callOnce(book, A, later, well)]).toEqual(["go", "breaker_open"]);
    if (probe.verdict === "go") probe.pass.end(answered(later + 200 * MS));
    expect([callOnce(book, A, later + 300 * MS, well), book.bandOf(A.id, later + SECOND)]).toEqual(["go", "ok"]);
    expect(book.takeChanges().map(({ cause }) => cause)).toEqual(["breaker_opened", "breaker_half_open", "breaker_closed"]);
  });

  it.each([["dead", dead], ["hanging", (end: number) => failedWith("timeout", end + 8 * SECOND)]])("calls a provider at most ten seconds after it is well again (%s)", (_, ill) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120_000 }), fc.integer({ min: 20, max: 900 }), (illForMs, everyMs) => {
        const book = bookOf();
        const wellAt = NOON + illForMs * MS;
        const ending: { at: number; end: () => void }[] = [];
        for (let now = NOON; now < wellAt + 12 * SECOND; now += everyMs * MS) {
          for (const one of ending.filter(({ at }) => at <= now)) one.end();
          ending.splice(0, ending.length, ...ending.filter(({ at }) => at > now));
          const answer = book.admit({ deployment: A, nowMicros: now, waitedMicros: 0, tokens: 1, urgency: "normal" });
          if (answer.verdict !== "go") continue;
          const outcome = now < wellAt ? ill(now + SECOND) : answered(now + 300 * MS, 300);
          ending.push({ at: outcome.endedAtMicros, end: () => answer.pass.end(outcome) });
          if (now > wellAt + 10 * SECOND) return book.bandOf(A.id, now) !== "down";
        }
        return false;
      }),
      { numRuns: 60 },
    );
  });

  it("believes Retry-After, up to a bound, and nobody's urgency overrules it", () => {
    const book = bookOf();
    callOnce(book, A, NOON, (end) => failedWith("rate_limited", end, { retryAfterMs: 2_000 }));
    expect(callOnce(book, A, NOON + SECOND, well)).toBe("held_by_provider");
    expect(callOnce(book, A, NOON + SECOND, well, "forced")).toBe("held_by_provider");
    expect(callOnce(book, A, NOON + 3 * SECOND, well)).toBe("go");
    callOnce(book, B, NOON, (end) => failedWith("overloaded", end, { retryAfterMs: 86_400_000 }));
    expect(callOnce(book, B, NOON + 11 * SECOND, well)).toBe("go");
  });

  it("pauses when the provider says that nothing is left of its limit, before it has to refuse", () => {
    const book = bookOf();
    callOnce(book, A, NOON, (end) => ({ ...answered(end), rateLimit: { requestsLeft: 0, tokensLeft: null } }));
    expect(callOnce(book, A, NOON + SECOND / 2, well)).toBe("held_by_provider");
    expect(callOnce(book, A, NOON + 2 * SECOND, well)).toBe("go");
  });

  it("by force goes through an open breaker, but not beyond the limit of calls at once", () => {
    const book = bookOf({ terms: { ...HEALTH_TERMS, concurrencyMax: 1, concurrencyMin: 1 } });
    for (let call = 0; call < 3; call++) callOnce(book, A, NOON, dead);
    const forced = () => book.admit({ deployment: A, nowMicros: NOON + SECOND / 2, waitedMicros: 0, tokens: 1, urgency: "forced" });
    expect([forced().verdict, forced()]).toEqual(["go", { verdict: "wait", cause: "concurrency_limit", untilMicros: NOON + SECOND / 2 + 50 * MS }]);
  });

  it("is degraded below the success rate or when the usual answer is slow", () => {
    const book = bookOf();
    for (let call = 0; call < 20; call++) callOnce(book, A, NOON + call, call % 5 === 0 ? dead : well);
    for (let call = 0; call < 20; call++) callOnce(book, B, NOON + call, (end) => answered(end, call % 3 === 0 ? 1_000 : 6_000));
    expect([book.bandOf(A.id, NOON + SECOND), book.bandOf(B.id, NOON + SECOND)]).toEqual(["degraded", "degraded"]);
    expect(book.bandOf(A.id, NOON + 120 * SECOND)).toBe("ok");
  });

  it("leaves out one of a model's deployments that does worse than its siblings, unless nobody else is left", () => {
    const book = bookOf();
    const siblings = ["x/1", "y/2", "z/3"].map((id) => deploymentOf(id));
    book.useCatalog(siblings);
    for (let call = 0; call < 20; call++) for (const [index, one] of siblings.entries()) callOnce(book, one, NOON + call, index === 1 && call % 2 ? dead : well);
    book.tick(NOON + SECOND);
    expect(siblings.map((one) => callOnce(book, one, NOON + SECOND, well))).toEqual(["go", "ejected", "go"]);
    expect(callOnce(book, siblings[1]!, NOON + SECOND, well, "last")).toBe("go");
    expect(callOnce(book, siblings[1]!, NOON + 7 * SECOND, well)).toBe("go");
  });

  it("tells a provider's band from those of its deployments that were called", () => {
    const book = bookOf();
    const [one, two, idle] = ["p/1", "p/2", "p/3"].map((id) => deploymentOf(id));
    book.useCatalog([one!, two!, idle!]);
    const fall = (deployment: typeof A, at: number) => [0, 1, 2].forEach(() => callOnce(book, deployment, at, dead));
    const bands = [book.bandOfProvider("p", NOON + SECOND / 2)];
    callOnce(book, two!, NOON, well);
    fall(one!, NOON);
    bands.push(book.bandOfProvider("p", NOON + SECOND / 2));
    fall(two!, NOON);
    bands.push(book.bandOfProvider("p", NOON + SECOND / 2));
    for (const deployment of [one!, two!]) callOnce(book, deployment, NOON + 2 * SECOND, dead);
    bands.push(book.bandOfProvider("p", NOON + 3 * SECOND), book.bandOfProvider("p", NOON + 5 * SECOND));
    // Down only once a probe has failed as well; and whenever the next one is due, no longer.
    expect(bands).toEqual(["ok", "degraded", "degraded", "down", "degraded"]);
  });
});

it("an opening that nobody has followed up for a minute says nothing any more", () => {
  const book = bookOf();
  for (let call = 0; call < 3; call++) callOnce(book, A, NOON, dead);
  const bands = [0.5, 30, 70].map((seconds) => [book.bandOf(A.id, NOON + seconds * SECOND), book.bandOfProvider("p", NOON + seconds * SECOND)]);
  expect(bands).toEqual([["down", "degraded"], ["degraded", "degraded"], ["ok", "ok"]]);
});

describe("several books over one store", () => {
  /** Every book exchanges each 500 ms of virtual time. */
  function fleet(count: number) {
    const store = new MemoryHealthStore();
    const books = Array.from({ length: count }, (_, index) => bookOf({ instance: `i${index}` }));
    const exchange = (book: HealthBook, now: number) => {
      const said = book.exchange(now);
      book.hear(said, store.exchangeNow(said), now);
    };
    return { store, books, exchange, exchangeAll: (now: number) => books.forEach((book) => exchange(book, now)) };
  }

  it("agree on an opening and a closing after one exchange each", () => {
    const { books, exchangeAll } = fleet(3);
    for (const book of books) book.useCatalog([A]);
    for (let call = 0; call < 3; call++) callOnce(books[0]!, A, NOON, dead);
    exchangeAll(NOON + 300 * MS);
    exchangeAll(NOON + 310 * MS);
    expect(books.map((book) => callOnce(book, A, NOON + 400 * MS, well))).toEqual(["breaker_open", "breaker_open", "breaker_open"]);
    expect(books.map((book) => book.bandOf(A.id, NOON + 400 * MS))).toEqual(["down", "down", "down"]);
    callOnce(books[1]!, A, NOON + 2 * SECOND, well);
    exchangeAll(NOON + 2_500 * MS);
    exchangeAll(NOON + 2_510 * MS);
    expect(books.map((book) => book.bandOf(A.id, NOON + 3 * SECOND))).toEqual(["ok", "ok", "ok"]);
    expect(books[2]!.takeChanges().map(({ cause, heardFrom }) => [cause, heardFrom])).toContainEqual(["breaker_opened", "i0"]);
  });

  it("one instance that cannot reach a provider does not take it from those that can", () => {
    const { books, exchangeAll } = fleet(2);
    for (let second = 0; second < 10; second++) {
      const now = NOON + second * SECOND;
      callOnce(books[0]!, A, now, dead);
      expect(callOnce(books[1]!, A, now + 50 * MS, well)).toBe("go");
      exchangeAll(now + 500 * MS);
      exchangeAll(now + 600 * MS);
    }
  });

  it("keep a provider's limit together", () => {
    const { books, exchangeAll } = fleet(3);
    const limited = deploymentOf("p/limited", { limits: { requestsPerMinute: 600, tokensPerMinute: null } });
    let sent = 0;
    for (let tick = 0; tick < 600; tick++) {
      const now = NOON + tick * 100 * MS;
      for (const book of books) for (let call = 0; call < 5; call++) if (callOnce(book, limited, now, well) === "go") sent++;
      if (tick % 5 === 0) exchangeAll(now);
    }
    expect(sent).toBeLessThanOrEqual(700);
    expect(sent).toBeGreaterThan(650);
  });

  it("without the store each goes on with its share of the limit", () => {
    const { books, exchangeAll } = fleet(2);
    const limited = deploymentOf("p/limited", { limits: { requestsPerMinute: 600, tokensPerMinute: null } });
    for (const book of books) callOnce(book, limited, NOON, well);
    exchangeAll(NOON);
    for (const book of books) callOnce(book, limited, NOON, well);
    exchangeAll(NOON + MS);
    exchangeAll(NOON + SECOND);
    let sent = 0;
    for (let tick = 20; tick < 620; tick++) {
      const now = NOON + tick * 100 * MS;
      for (const book of books) {
        for (let call = 0; call < 5; call++) if (callOnce(book, limited, now, well) === "go") sent++;
        if (tick % 5 > 0) continue;
        book.exchange(now);
        book.notHeard(now);
      }
    }
    expect(sent).toBeGreaterThan(500);
    expect(sent).toBeLessThanOrEqual(720);
  });

  it("never admits more calls at once than the limit, ends each pass once, and loses none, whatever happens", () => {
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 2_000 }), act: fc.constantFrom("ask", "well", "dead", "storm", "refused", "nothing", "twice", "tick") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const book = bookOf({ terms: { ...HEALTH_TERMS, concurrencyMax: 4 } });
        book.useCatalog([A, B]);
        const passes: ((end: Parameters<Extract<ReturnType<HealthBook["admit"]>, { verdict: "go" }>["pass"]["end"]>[0]) => void)[] = [];
        let now = NOON;
        for (const { afterMs, act } of steps) {
          now += afterMs * MS;
          const last = act === "ask" || act === "tick" ? undefined : passes.pop();
          if (act === "ask") {
            const answer = book.admit({ deployment: A, nowMicros: now, waitedMicros: 0, tokens: 1, urgency: "normal" });
            if (answer.verdict === "go") passes.push(answer.pass.end);
          } else if (act === "tick") book.tick(now);
          else if (act === "nothing") last?.(null);
          else last?.(act === "well" || act === "twice" ? answered(now) : failedWith(act === "dead" ? "connection" : act === "storm" ? "rate_limited" : "content_refused", now));
          if (act === "twice") last?.(answered(now));
          const status = book.statuses(now).find(({ deployment }) => deployment === A.id)!;
          expect(status.inFlight).toBe(passes.length);
          expect(passes.length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});
