import { FundingDesk } from "./testing/funding-desk";

/** Health moves between two deliveries of one event, and the selector chooses by it. */
describe("a round that was funded before", () => {
  let desk: FundingDesk;
  beforeEach(async () => {
    desk = await FundingDesk.open("tenants: { acme: { capUsd: 100 } }");
  });
  afterEach(() => desk.ledger.close());
  const planned = async (choice: string, ...fallbacks: string[]) => {
    const { funding, refusal } = await desk.fund("q", { choice, fallbacks });
    return refusal?.code ?? funding?.plan.map(({ candidate }) => candidate);
  };

  test.each([
    ["dearer than what was reserved", ["d"], ["dear"]],
    ["as dear", ["d"], ["e"]],
    ["longer", ["e"], ["dear", "d", "e"]],
    ["shorter", ["dear", "d", "e"], ["e"]],
    ["in another order", ["d", "e"], ["e", "d"]],
  ])("I2 I4: a redelivery whose selection is %s is funded as the round was first, never refused: its calls may be under way", async (_what, [choice = "", ...fallbacks], [other = "", ...others]) => {
    expect(await planned(choice, ...fallbacks)).toEqual([choice, ...fallbacks]);
    expect(await planned(other, ...others)).toEqual([choice, ...fallbacks]);
    expect(await desk.ledger.uncleared()).toMatchObject({ count: 1 });
  });

  test("one that was refused stays refused, whatever is selected later", async () => {
    await desk.ledger.close();
    desk = await FundingDesk.open('tenants: { acme: { capUsd: "0.00003" } }');
    expect(await planned("dear")).toBe("budget_exceeded");
    expect(await planned("d")).not.toEqual(["d"]);
  });
});
