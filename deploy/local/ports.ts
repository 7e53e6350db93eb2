import { createServer } from "node:net";

// Below the range from which Linux, macOS and the BSDs take ports of outgoing connections (32768 and up). Inside that
// range a client that keeps dialling a stopped server can be handed that very port, connect to itself and lock the
// server out of its own address.
const PORT_MIN = 10_240;
const PORT_MAX = 32_000;
const TRIES_MAX = 200;
// Each process looks in a part of its own, so that two that look at once are not given the same port, which neither has bound yet.
const PARTS = 64;
const PART_SIZE = Math.floor((PORT_MAX - PORT_MIN) / PARTS);
const PART_MIN = PORT_MIN + (process.pid % PARTS) * PART_SIZE;

const handedOut = new Set<number>();

/**
 * A loopback port that nothing listens on right now. Another process can still take it before the server binds it:
 * whoever starts a server must be ready to ask again.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = PART_MIN + Math.floor(Math.random() * PART_SIZE);
    if (handedOut.has(port) || !(await canBind(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`found no free port between ${PART_MIN} and ${PART_MIN + PART_SIZE} in ${TRIES_MAX} tries`);
}

/** Whether a server could listen on this loopback port right now. */
export function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
