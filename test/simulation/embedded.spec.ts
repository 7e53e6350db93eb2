import { engineOutageCase } from "./server-outages";
import { orderlyEndCase, serviceCrashCase } from "./service-crashes";
import { Stand } from "./stand";

describe("faults on the embedded profile", () => {
  let running: Stand | null = null;
  const stand = (): Stand => running!;
  beforeAll(async () => {
    running = await Stand.start(null);
  });
  afterAll(() => running?.end());

  engineOutageCase(stand);
  serviceCrashCase(stand);
  orderlyEndCase(stand);
});
