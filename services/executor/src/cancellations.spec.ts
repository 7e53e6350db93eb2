import type { Cancellation, Funded } from "@leverframe/events";
import { requestIdentity } from "@leverframe/kernel";
import { sha256 } from "@leverframe/nest";
import { Cancellations } from "./cancellations";

const ID = "01890A5D-ac96-774b-bcce-b302099a8057";
const cancel = (changes: Partial<Cancellation> = {}): Cancellation => ({ requestId: ID, idempotencyKey: null, reason: null, ...changes });
const funded = (application = "crm", requestId = ID.toLowerCase()) => ({ meta: { requestId }, origin: { application } }) as unknown as Funded;

describe("cancellations", () => {
  it("stop every run of the request that is under way, and none that has left", () => {
    const cancellations = new Cancellations(sha256);
    const [one, two, gone] = [1, 2, 3].map(() => cancellations.watch(funded()));
    gone!.leave();
    cancellations.take(cancel(), "crm");
    expect([one, two, gone].map((watched) => watched!.stop.aborted)).toEqual([true, true, false]);
  });

  it("stop a request whose turn comes later", () => {
    const cancellations = new Cancellations(sha256);
    cancellations.take(cancel(), "crm");
    expect(cancellations.watch(funded()).stop.aborted).toBe(true);
  });

  it("count for requests of the application on whose topic they came, and for nobody else's", () => {
    const cancellations = new Cancellations(sha256);
    const theirs = cancellations.watch(funded("crm"));
    cancellations.take(cancel(), "default");
    expect(theirs.stop.aborted).toBe(false);
    expect(cancellations.watch(funded("crm")).stop.aborted).toBe(false);
  });

  it("name a request by its idempotency key where it had one", () => {
    const cancellations = new Cancellations(sha256);
    const identity = requestIdentity({ requestId: ID, idempotencyKey: "order-1" }, "crm", sha256);
    const watched = cancellations.watch(funded("crm", identity));
    cancellations.take(cancel({ idempotencyKey: "order-1", requestId: "anything" }), "crm");
    expect(watched.stop.aborted).toBe(true);
  });

  it("are remembered in bounded number, the oldest forgotten first", () => {
    const cancellations = new Cancellations(sha256);
    for (let index = 0; index <= 50_000; index++) cancellations.take(cancel({ requestId: `r${index}` }), "crm");
    expect(cancellations.watch(funded("crm", "r0")).stop.aborted).toBe(false);
    expect(cancellations.watch(funded("crm", "r1")).stop.aborted).toBe(true);
    expect(cancellations.watch(funded("crm", "r50000")).stop.aborted).toBe(true);
  });
});
