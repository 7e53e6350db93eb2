import { StaleFetches } from "./stale-fetches";

describe("stale fetches", () => {
  it("distrusts every broker's answers after a rebalance until each has begun a new fetch", () => {
    const fetches = new StaleFetches(60_000);
    fetches.started("1");
    fetches.started("2");
    expect(fetches.any).toBe(false);
    fetches.rejoined();
    expect(fetches.any).toBe(true);
    fetches.started("1");
    expect(fetches.any).toBe(true);
    fetches.started("2");
    expect(fetches.any).toBe(false);
  });

  it("does not wait for a broker that is gone longer than a request can last", async () => {
    const fetches = new StaleFetches(1);
    fetches.started("1");
    fetches.rejoined();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(fetches.any).toBe(false);
  });
});
