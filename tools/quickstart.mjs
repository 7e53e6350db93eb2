/** `npm run quickstart`: installs what is missing, builds, and runs the demonstration. On Node ≥ 20, without any package. */
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { ensureInstalled, fail, node24, projectEnv, root } from "./ensure-installed.mjs";

const say = (line) => console.log(line);

ensureInstalled(say);
build();
await demo();

function build() {
  const started = Date.now();
  const npm = ["run", "-s", "build"];
  const { status, stdout, stderr } = spawnSync("npm", npm, { cwd: root, encoding: "utf8", env: projectEnv(), shell: process.platform === "win32" });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
    fail("The build failed. On a fresh checkout that is a fault of ours, please report the lines above; with changes of yours, `npm run typecheck` says more.");
  }
  say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`);
}

async function demo() {
  const program = path.join(root, "dist", "cli", "main.js");
  const args = ["--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning", program, "demo", ...process.argv.slice(2)];
  const child = spawn(node24(), args, { cwd: root, env: projectEnv(), stdio: "inherit" });
  // Ctrl-C reaches the child too, which ends in order; we only wait for it.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
  const code = await new Promise((resolve) => child.once("exit", (exitCode, signal) => resolve(exitCode ?? (signal === "SIGINT" ? 130 : 1))));
  if (code !== 0 && code !== 130) {
    fail("The demonstration did not end well; the lines above say why. Data of earlier runs lies in .leverframe: removing that folder starts afresh.");
  }
  process.exit(code);
}
