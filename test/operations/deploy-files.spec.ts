import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { CONFIG_FILE_ENV, configTableMarkdown } from "@leverframe/nest";
import { STAGES } from "@leverframe/kernel";
import { parseAllDocuments } from "yaml";
import { ROOT } from "../support/installation";

const filesIn = (folder: string): readonly string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

const deployed = filesIn("deploy");
/** What tells operators what to type. */
const told = [...deployed.filter((file) => file.endsWith(".md")), ...filesIn("examples").filter((file) => file.endsWith(".md")), "README.md"];

describe("what operators are given", () => {
  it("is looked at", () => {
    expect(deployed.length).toBeGreaterThan(20);
    expect(told).toEqual(expect.arrayContaining(["deploy/RUNBOOK.md", "deploy/local/README.md", "examples/README.md", "README.md"]));
  });

  it.each(deployed.filter((file) => /\.ya?ml$/.test(file)))("%s is YAML", (file) => {
    expect(parseAllDocuments(read(file)).flatMap((document) => document.errors)).toEqual([]);
  });

  it.each(deployed.filter((file) => file.endsWith(".json")))("%s is JSON", (file) => {
    expect(() => JSON.parse(read(file)) as unknown).not.toThrow();
  });

  it.each(told)("%s names variables, programs and scripts that there are", (file) => {
    const text = read(file);
    const settings = configTableMarkdown();
    const variables = new Set(text.match(/\bLEVERFRAME_[A-Z][A-Z_]*[A-Z]\b/g) ?? []);
    expect([...variables].filter((name) => name !== CONFIG_FILE_ENV && !settings.includes(`\`${name}\``))).toEqual([]);
    const programs = [...text.matchAll(/\bdist\/([a-z-]+)\/main\.js/g)].map(([, name]) => name!);
    const runnable = new Set([...readdirSync(path.join(ROOT, "services")), "simulator", "local-servers", "bench"]);
    expect(programs.filter((name) => !runnable.has(name))).toEqual([]);
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const started = [...text.matchAll(/\bnpm run (?:-s )?([a-z][a-z:]*)/g)].map(([, name]) => name!);
    expect(started.filter((name) => scripts[name] === undefined)).toEqual([]);
    const tools = [...text.matchAll(/\bnode (tools\/[\w-]+\.mjs)/g)].map(([, tool]) => tool!);
    expect(tools.filter((tool) => !existsSync(path.join(ROOT, tool)))).toEqual([]);
  });

  it("every stage can be started alone: it has a program of its own", () => {
    expect(STAGES.filter((stage) => !existsSync(path.join(ROOT, "services", stage, "src", "main.ts")))).toEqual([]);
  });

  it("the README's deployments run every stage, each once", () => {
    const deployments = [...read("README.md").matchAll(/^LEVERFRAME_STAGES=(\S+) +node dist\/standalone\/main\.js/gm)].flatMap(([, stages]) => stages!.split(","));
    expect(deployments.toSorted()).toEqual([...STAGES].sort());
  });
});
