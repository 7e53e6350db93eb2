import { existsSync, rmSync, writeFileSync } from "node:fs";
import { run } from "./parts.mjs";

const POLICY = "/usr/sbin/policy-rc.d";

export const canInstallRedis = () =>
  process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

/** Installs Debian's redis-server without leaving its service running: we start our own processes. */
export async function installRedis() {
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  // Maintainer scripts ask this file whether they may start a service; 101 says no.
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await run("apt-get", ["update", "-qq", ...wait], { env, withinMs: 5 * 60_000 });
    const packages = ["install", "-y", "-qq", "--no-install-recommends", ...wait, "redis-server"];
    await run("apt-get", packages, { env, withinMs: 10 * 60_000 });
  } finally {
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
  // Where that file was somebody else's and allowed it. The service did not exist before, so nobody relies on it.
  await run("service", ["redis-server", "stop"]).catch(() => undefined);
}
