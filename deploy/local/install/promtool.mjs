/**
 * promtool, which checks and tests rules for Prometheus: taken out of Debian's package `prometheus` without installing it,
 * since nobody here needs the server or its service.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { run } from "./parts.mjs";

const APT = "/usr/bin/apt-get";
const DOWNLOAD_WITHIN_MS = 5 * 60_000;

/** @param {{ local: string }} folders */
export const promtoolPart = ({ local }) => ({ name: "promtool", recipe: [path.join(local, "install", "promtool.mjs")], fill });

/** Fills `folder` with one file, `promtool`. */
async function fill(folder) {
  if (!existsSync(APT)) throw new Error("only Debian's packages are known here; put `promtool` on the PATH (Homebrew: prometheus)");
  const scratch = path.join(folder, "package");
  mkdirSync(scratch);
  await download(scratch).catch(async () => {
    // No list of packages yet, or an old one. Only root may fetch it.
    await run(APT, ["update", "-qq"], { withinMs: DOWNLOAD_WITHIN_MS });
    await download(scratch);
  });
  const archive = readdirSync(scratch).find((name) => name.endsWith(".deb"));
  if (!archive) throw new Error("apt-get brought no package");
  await run("dpkg-deb", ["-x", path.join(scratch, archive), path.join(scratch, "files")]);
  renameSync(path.join(scratch, "files", "usr", "bin", "promtool"), path.join(folder, "promtool"));
  rmSync(scratch, { recursive: true });
  chmodSync(path.join(folder, "promtool"), 0o755);
  await run(path.join(folder, "promtool"), ["--version"]);
}

/** As whoever runs this: apt's own user could not write into a private folder. */
const download = (cwd) => run(APT, ["-qq", "-o", "APT::Sandbox::User=root", "download", "prometheus"], { cwd, withinMs: DOWNLOAD_WITHIN_MS });
