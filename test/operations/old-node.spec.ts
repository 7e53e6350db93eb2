import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "../support/installation";

const { launcherText, NODE_MAJOR_MIN } = (await import(path.join(ROOT, "tools", "launcher.mjs"))) as { readonly launcherText: (program: string) => string; readonly NODE_MAJOR_MIN: number };

interface Package {
  readonly engines: { readonly node: string };
  readonly devEngines: { readonly runtime: { readonly name: string; readonly version: string; readonly onFail: string } };
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** A Node of this machine that is too old, such as a distribution's. */
function oldNode(): string | null {
  const candidates = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/bin", "/usr/local/bin"].map((folder) => path.join(folder, "node"));
  const isOld = (file: string): boolean => {
    const major = Number(/^v(\d+)/.exec(spawnSync(file, ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1]);
    return major >= 16 && major < NODE_MAJOR_MIN;
  };
  return candidates.find((file) => existsSync(file) && isOld(file)) ?? null;
}

describe("a program that is started by the wrong Node", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-launcher-"));
  const main = path.join(folder, "main.js");
  beforeAll(() => {
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(main, launcherText("program"));
    // As a bundle begins: an older Node would not even link it.
    writeFileSync(path.join(folder, "program.js"), 'import "node:sqlite";\nconsole.log("runs", process.argv.slice(2).join(" "));');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const refusal = (version: string) => new RegExp(`^leverframe: Node\\.js 24 or later is needed, and this is ${version.replaceAll(".", "\\.")} \\(.+\\): install it \\(https://nodejs\\.org\\), or use the one that npm brought along: \`node_modules/\\.bin/node .+main\\.js\`\n$`);

  it("says in one line which version it needs, which this is, and what to do", () => {
    // The version alone is another one here, so that this shows something on every machine.
    const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "22.11.0" } });`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, main], { encoding: "utf8" });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(refusal("22.11.0"));
  });

  const old = oldNode();
  const onOldNode = old === null ? it.skip : it; // Skipped where the machine has no older Node; the case above pretends to be one.
  onOldNode("also when it really is one, instead of an error of the module loader", () => {
    const version = spawnSync(old!, ["--version"], { encoding: "utf8" }).stdout.trim().slice(1);
    const { status, stdout, stderr } = spawnSync(old!, [main], { encoding: "utf8" });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(refusal(version));
  });

  it("and the right one runs it, with its arguments", () => {
    const { status, stdout } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", main, "a", "b"], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, "runs a b\n"]);
  });

  it("package.json asks for that version to run, and for the one that the tools need to develop", () => {
    const { engines, devEngines, devDependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Package;
    expect(engines.node).toBe(`>=${NODE_MAJOR_MIN}`);
    expect(devDependencies["node"]).toMatch(new RegExp(`^\\^${NODE_MAJOR_MIN}\\.`));
    expect(devEngines.runtime).toEqual({ name: "node", version: ">=20.11", onFail: "error" });
    const tools = ["ensure-installed.mjs", "install-real-parts.mjs"].map((name) => readFileSync(path.join(ROOT, "tools", name), "utf8"));
    for (const tool of tools) expect(tool).toContain("NODE_MAJOR_MIN = 20;");
    expect(readFileSync(path.join(ROOT, "tools", "build.mjs"), "utf8")).toContain(`target: "node${NODE_MAJOR_MIN}"`);
  });
});
