import { AccountBook, type BudgetCap } from "./accounts";
import { bandOf, budgetAlerts, thresholdsCrossed } from "./budget-band";
import { LedgerModel } from "./ledger-model";

const budget: BudgetCap = {
  scope: "department:acme/sales",
  window: "month",
  unit: "usd",
  cap: 1_000,
  hard: true,
  alertPercents: [80, 50],
  timeZone: "UTC",
};

describe("budget bands and thresholds", () => {
  test.each([
    [0, "ok"],
    [499, "ok"],
    [500, "warning"],
    [999, "warning"],
    [1_000, "exceeded"],
    [1_500, "exceeded"],
  ])("%s of 1000 is %s", (used, band) => expect(bandOf(used, budget)).toBe(band));

  test.each([
    [0, 499, []],
    [0, 500, [50]],
    [500, 799, []],
    [499, 1_000, [50, 80, 100]],
    [1_000, 1_200, []],
  ])("from %s to %s crosses %j", (before, after, crossed) =>
    expect(thresholdsCrossed(before, after, budget)).toEqual(crossed),
  );

  test("a downgrade before the cap makes the band `exceeded`, and alerts there", () => {
    const downgraded = { ...budget, downgradeFromPercent: 90 };
    expect([899, 900, 999].map((used) => bandOf(used, downgraded))).toEqual(["warning", "exceeded", "exceeded"]);
    expect(thresholdsCrossed(899, 1_000, downgraded)).toEqual([90, 100]);
  });

  test("a cap of nothing is used up from the first micro-dollar on", () => {
    expect(bandOf(0, { ...budget, cap: 0 })).toBe("ok");
    expect(bandOf(1, { ...budget, cap: 0 })).toBe("exceeded");
  });

  test("each threshold alerts once, when a call is settled, and with the same id when found again", () => {
    const book = new AccountBook([budget]);
    const model = new LedgerModel();
    const accounts = book.accountsOf({ tenant: "acme", department: "sales", user: null }, 0);
    for (const [ordinal, charge] of [450, 100, 300].entries()) {
      const ids = { reservationId: `r${ordinal}`, attemptId: `a${ordinal}` };
      const times = { deadlineAtMicros: 9, nowMicros: ordinal };
      model.reserve({ ...ids, ...times, requestId: "q", tenant: "acme", amountsMicroUsd: [450], accounts });
      model.begin({ ...ids, worstCaseMicroUsd: 450, owner: "me", nowMicros: ordinal });
      model.finish({ ...ids, chargeMicroUsd: charge, costNanoUsd: 0n, outcome: new Uint8Array(1), nowMicros: ordinal });
      model.release({ ...ids, nowMicros: ordinal });
    }
    const alerts = model.entries.flatMap((entry) => budgetAlerts(entry, book));
    expect(alerts.map(({ statusId, band, settled }) => [statusId, band, settled])).toEqual([
      ["department:acme/sales.1970-01.1000.50", "warning", 550],
      ["department:acme/sales.1970-01.1000.80", "warning", 850],
    ]);
    expect(model.entries.flatMap((entry) => budgetAlerts(entry, book))).toEqual(alerts);
  });
});
