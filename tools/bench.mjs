/** `npm run bench -- <name> [--json]`: builds, then runs one benchmark (`npm run bench` lists them). Real parts are installed when missing. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { ensureInstalled } from "./ensure-installed.mjs";

const root = path.resolve(import.meta.dirname, "..");
const inherit = { cwd: root, stdio: ["inherit", 2, "inherit"] };

await ensureInstalled();
for (const [command, args] of [
  [process.execPath, ["tools/install-real-parts.mjs"]],
  ["npm", ["run", "-s", "build"]],
]) {
  const { status } = spawnSync(command, args, inherit);
  if (status !== 0) process.exit(status ?? 1);
}
const node = path.join(root, "node_modules", ".bin", "node");
const flags = ["--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning"];
const { status } = spawnSync(node, [...flags, "dist/bench/main.js", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
