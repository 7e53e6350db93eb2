import { startClickHouse } from "../../../deploy/local";
import type { TestStore } from "./store";

/** ClickHouse behind HTTP, as the cluster profile has it. */
export async function startHttpStore(): Promise<TestStore> {
  const server = await startClickHouse();
  return {
    address: () => ({ url: server.url }),
    kill: () => server.kill(),
    recover: () => server.restart(),
    stop: () => server.stop(),
  };
}
