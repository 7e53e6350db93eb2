/**
 * Completes package-lock.json with the packages that are built for other platforms than the one it was written on. npm
 * leaves them out when it writes the lockfile over an installed tree or from a registry that does not serve them, and
 * then `npm ci` refuses the lockfile everywhere. An optional dependency of an exact version needs no registry to be
 * locked. To be run after `npm install <package>`; `--check` only says what is missing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const PLATFORMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];
const EXACT = /^\d+\.\d+\.\d+[\w.+-]*$/;

/** @param {{ packages: Record<string, any> }} lock */
export function missingOf({ packages }) {
  const missing = new Map();
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!EXACT.test(version) || isLocked(packages, place, name)) continue;
      missing.set(`node_modules/${name}`, entryOf(name, version, dev === true));
    }
  }
  return missing;
}

/** As Node looks a package up: in this folder and in every one above. */
function isLocked(packages, place, name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    if (packages[folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true;
    if (folder === "") return false;
  }
}

/** The name says which platform it is for, as is the custom with such packages. */
function entryOf(name, version, dev) {
  const parts = name.split("/").at(-1).split("-");
  const [os, cpu] = [PLATFORMS, PROCESSORS].map((known) => parts.filter((part) => known.includes(part)));
  const libc = parts.some((part) => part.startsWith("musl")) ? ["musl"] : parts.some((part) => part.startsWith("gnu")) ? ["glibc"] : [];
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(dev ? { dev } : {}),
    ...(os.includes("linux") && libc.length > 0 ? { libc } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
}

const file = path.resolve(import.meta.dirname, "..", "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingOf(lock);
if (missing.size > 0 && process.argv.includes("--check")) {
  console.error(`package-lock.json lacks ${missing.size} packages of other platforms (${[...missing.keys()].join(", ")}): run \`node tools/complete-lockfile.mjs\``);
  process.exit(1);
}
if (missing.size > 0) {
  // In npm's own order, so that the next `npm install` changes nothing else.
  const entries = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => a.localeCompare(b, "en"));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`);
  console.log(`${missing.size} packages of other platforms locked`);
}
