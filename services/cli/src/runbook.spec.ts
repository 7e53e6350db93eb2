import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { TOPIC_NAMES } from "@leverframe/contracts";
import { configTableMarkdown } from "@leverframe/nest";
import { runCommandLine } from "./program";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const DEPLOY = path.join(ROOT, "deploy");
const RUNBOOK = readFileSync(path.join(DEPLOY, "RUNBOOK.md"), "utf8");
const RULES = readdirSync(path.join(DEPLOY, "prometheus")).filter((name) => name.endsWith(".rules.yaml")).map((name) => readFileSync(path.join(DEPLOY, "prometheus", name), "utf8")).join("\n");
/** `leverframe a b --c` in backticks, or a line of a shell block. */
const COMMAND = /(?:^|`)leverframe ([a-z-]+(?: [^`\n]+)?)/gm;
/** What every command takes. */
const GLOBAL = ["--config", "--data-dir", "--profile"];

const commandsIn = (text: string): readonly string[] => [...new Set([...text.matchAll(COMMAND)].map(([, command]) => command!.trim()))];
const wordsOf = (command: string): readonly string[] => [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

async function help(words: readonly string[]): Promise<string> {
  const said: string[] = [];
  const terminal = { isInteractive: false, columns: 200, stdin: new PassThrough(), out: (text: string) => void said.push(text), outPart: (text: string) => void said.push(text), err: (text: string) => void said.push(text) };
  await runCommandLine([...words, "--help"], terminal);
  return said.join("\n");
}

/** The help of the command that these words begin with, and how many of them are its name. */
async function commandOf(words: readonly string[]): Promise<{ readonly text: string; readonly length: number } | null> {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const name = words.slice(0, length);
    if (name.some((word) => !/^[a-z-]+$/.test(word) || word.startsWith("-"))) continue;
    const text = await help(name);
    if (new RegExp(`^Usage: leverframe ${name.join(" ")}(?: |$)`, "m").test(text)) return { text, length };
  }
  return null;
}

/** What is wrong with a command line, as far as the program's own help tells; empty: nothing. */
async function faultsOf(command: string): Promise<readonly string[]> {
  const words = wordsOf(command);
  const found = await commandOf(words);
  if (found === null) return [`no command \`${words.slice(0, 2).join(" ")}\``];
  const faults: string[] = [];
  let given = 0;
  for (let at = found.length; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith("--")) given++;
    else {
      const option = new RegExp(`^ +(?:-\\w, )?${word}( <)?`, "m").exec(found.text);
      if (!option && !GLOBAL.includes(word)) faults.push(`no option \`${word}\``);
      if ((option?.[1] || GLOBAL.includes(word)) && words[++at] === undefined) faults.push(`\`${word}\` has no value`);
    }
  }
  const usage = /^Usage: .*$/m.exec(found.text)![0];
  const required = usage.match(/<[^>]+>/g)?.length ?? 0;
  const optional = (usage.match(/\[[^\]]+\]/g) ?? []).filter((one) => one !== "[options]" && one !== "[command]").length;
  // Its name alone is a mention.
  if (found.length < words.length && (given < required || given > required + optional)) faults.push(`${given} arguments, expected ${usage}`);
  return faults;
}

describe("the runbook", () => {
  const commands = commandsIn(`${RUNBOOK}\n${RULES}`);

  it("names commands at all, also in the alerts", () => {
    expect(commands.length).toBeGreaterThan(20);
    expect(commandsIn(RULES).length).toBeGreaterThan(3);
  });

  it.each(commands)("leverframe %s is a command line of the program", async (command) => {
    expect(await faultsOf(command)).toEqual([]);
  });

  it.each(["ledger rebuilt", "ledger rebuild --too x", "ledger verify now", "topics rewind --applications crm", "explain a b", "ledger override --usd"])("one that is none would be noticed: leverframe %s", async (command) => {
    expect(await faultsOf(command)).not.toEqual([]);
  });

  it("names settings, variables, alerts and topics that there are", () => {
    const settings = configTableMarkdown();
    const variables = RUNBOOK.match(/\bLEVERFRAME_[A-Z_]+\b/g) ?? [];
    expect(variables.length).toBeGreaterThan(3);
    expect(variables.filter((name) => !settings.includes(`\`${name}\``))).toEqual([]);
    const keys = [...RUNBOOK.matchAll(/`((?:ledger|policies|redis|notifier)\.[a-z][A-Za-z]+)`/g)].map(([, key]) => key!).filter((key) => !key.endsWith(".db"));
    expect(keys.filter((key) => !settings.includes(`\`${key}\``))).toEqual([]);
    const alerts = RUNBOOK.match(/\bLeverframe[A-Z]\w+/g) ?? [];
    expect(alerts.filter((name) => !RULES.includes(`alert: ${name}\n`))).toEqual([]);
    const stores = [...RULES.matchAll(/topics? `([a-z-]+)`/g)].map(([, topic]) => topic!);
    expect(stores.filter((topic) => !(TOPIC_NAMES as readonly string[]).includes(topic))).toEqual([]);
  });
});
