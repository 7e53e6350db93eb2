import { mixedRequests, underLoad } from "./load";
import type { Stand } from "./stand";

const REQUESTS_EACH = 200;
const LOAD_MS = 2_500;

/** Kill −9 of each service in turn while requests come in, and its restart; then everything is audited. */
export function serviceCrashCase(stand: () => Stand): void {
  it("I2 I3 I4 I5: kill −9 of each service in turn, 200 requests each: one answer, one charge per call, every decision a row", async () => {
    const { installation, client, asked, simulator } = stand();
    for (const [name, service] of installation.services) {
      const requests = mixedRequests(REQUESTS_EACH);
      asked.push(...requests);
      const pid = service.pid;
      await underLoad(client, requests, LOAD_MS, async () => {
        if (name === "executor") await stand().callUnderWay();
        await service.kill();
        await service.start();
      });
      if (service.pid === pid) throw new Error(`${name} was not restarted`);
    }
    expect(await stand().auditAtRest()).toEqual([]);
    const unseen = stand().unseenAttempts();
    const calls = simulator.calls.length;
    const attempts = new Set(client.decisions.flatMap(({ rounds }) => rounds.flatMap((round) => round.attempts.map(({ attemptId }) => attemptId))));
    // A call is made once for each attempt; an attempt whose process died before the call has none.
    expect(attempts.size - calls).toBeGreaterThanOrEqual(0);
    expect(attempts.size - calls).toBeLessThanOrEqual(unseen.length);
    // The executor was killed while calls were under way.
    expect(unseen.length).toBeGreaterThan(0);
    for (const attempt of unseen) expect(attempt.costNanoUsd).toBeGreaterThan(0n);
    process.stderr.write(`kill −9: ${asked.length} requests, ${calls} provider calls, ${unseen.length} of unknown outcome, charged at their worst case\n`);
  });
}

export function orderlyEndCase(stand: () => Stand): void {
  it("ends in order after all of that", async () => {
    const exits = await stand().installation.stopServices();
    expect(Object.values(exits)).toEqual(Object.values(exits).map(() => 0));
  });
}
