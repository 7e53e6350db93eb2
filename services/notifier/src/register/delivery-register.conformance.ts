import type { DeliveryRegister } from "./delivery-register";

/** What every store of deliveries must do. `open` opens the same store again. */
export function describeRegister(name: string, create: () => Promise<{ open(): DeliveryRegister; dispose(): Promise<void> }>): void {
  describe(`the register of deliveries in ${name}`, () => {
    let store: Awaited<ReturnType<typeof create>>;
    const opened: DeliveryRegister[] = [];
    const open = () => {
      const register = store.open();
      opened.push(register);
      return register;
    };
    beforeEach(async () => {
      store = await create();
    });
    afterEach(async () => {
      for (const register of opened.splice(0)) await register.close();
      await store.dispose();
    });

    test("knows what was delivered where, and nothing else", async () => {
      const register = open();
      await register.delivered("a", "slack");
      await register.delivered("a", "mail");
      await register.delivered("a", "mail");
      expect([...(await register.deliveredTo("a"))].toSorted()).toEqual(["mail", "slack"]);
      expect((await register.deliveredTo("b")).size).toBe(0);
    });

    test("remembers over a restart, and shares with another process", async () => {
      const first = open();
      const second = open();
      await first.delivered("department:acme/Sales & Ops.2026-11.80", "slack");
      expect([...(await second.deliveredTo("department:acme/Sales & Ops.2026-11.80"))]).toEqual(["slack"]);
      await first.close();
      expect([...(await open().deliveredTo("department:acme/Sales & Ops.2026-11.80"))]).toEqual(["slack"]);
    });
  });
}
