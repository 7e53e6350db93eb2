import { deadFiles } from "./sources/dead-files";
import { functionsOf } from "./sources/long-functions";
import { folders, sourceFiles } from "./sources/source-files";

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;
const BANNED_FOLDERS = /(?:^|\/)(?:common|shared|utils?|helpers?|misc)(?:\/|$)/;
// Put together here, so that this file does not hold what it looks for.
const UNFINISHED = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b|not (?:yet )?implemented`);
// As a statement: a choice such as `onLinux ? it : it.skip` says why it skips.
const SKIPPED = /^\s*(?:(?:it|test|describe)\.(?:skip|only|todo)\b|x(?:it|describe)\()/m;

const files = sourceFiles();
const typescript = files.filter(({ path }) => /\.(?:ts|mjs)$/.test(path));
const linesOf = (text: string): number => text.trimEnd().split("\n").length;

describe("the repository", () => {
  it("is looked at at all", () => {
    expect(files.length).toBeGreaterThan(200);
    expect(typescript.some(({ path }) => path.startsWith("services/"))).toBe(true);
  });

  it(`has no file of more than ${FILE_LINES_MAX} lines`, () => {
    expect(files.filter(({ text }) => linesOf(text) > FILE_LINES_MAX).map(({ path, text }) => `${path}: ${linesOf(text)} lines`)).toEqual([]);
  });

  it(`has no function of more than ${FUNCTION_LINES_MAX} lines`, () => {
    const long = typescript.flatMap((file) => functionsOf(file).filter(({ lines }) => lines > FUNCTION_LINES_MAX).map(({ name, lines }) => `${file.path}: \`${name}\` has ${lines} lines`));
    expect(long).toEqual([]);
  });

  it("has no code that nothing reaches", () => {
    expect(deadFiles(files)).toEqual([]);
  });

  it("has no folder whose name says nothing", () => {
    expect(folders().filter((folder) => BANNED_FOLDERS.test(folder))).toEqual([]);
  });

  it("has nothing unfinished in it", () => {
    expect(files.filter(({ text }) => UNFINISHED.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("leaves no test out and none alone", () => {
    expect(files.filter(({ path, text }) => path.endsWith(".spec.ts") && SKIPPED.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe("the look-out itself", () => {
  it("finds a long function, in a class and in a test too", () => {
    const body = "x();\n".repeat(80);
    const found = (text: string) => functionsOf({ path: "a.spec.ts", text }).filter(({ lines }) => lines > FUNCTION_LINES_MAX);
    expect(found(`class A { long() {\n${body}} }`)).toHaveLength(1);
    expect(found(`it("x", () => { const f = () => {\n${body}}; });`)).toHaveLength(1);
    expect(found(`describe("x", () => {\n${body}});`)).toEqual([]);
  });

  it("finds a file that only a dead file imports, and knows text and processes that are named", () => {
    const file = (path: string, text = "") => ({ path, text });
    const alive = [file("services/a/src/main.ts", 'import "./b";\nspawn("worker.mjs")'), file("services/a/src/b.ts", 'import sql from "./q.sql";'), file("services/a/src/q.sql"), file("services/a/worker.mjs")];
    const dead = [file("services/a/src/c.ts", 'import "./d";'), file("services/a/src/d.ts")];
    expect(deadFiles([...alive, ...dead])).toEqual(["services/a/src/c.ts", "services/a/src/d.ts"]);
  });
});
