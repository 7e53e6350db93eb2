import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { folderPlace, gitPlace } from "./index";
import { TemporaryFolder } from "./testing/temporary-folder";
import { watching } from "./testing/watching";

const IDENTITY = ["-c", "user.name=Ann Author", "-c", "user.email=ann@acme.test", "-c", "commit.gpgsign=false"];
const RULE = "rules:\n  - id: watched-rule\n    owner: tests\n    oblige: { auditTags: [watched] }\n";

describe("a policy folder in git", () => {
  let root: string;
  let folder: TemporaryFolder;
  const git = (...args: readonly string[]) => execFileSync("git", [...IDENTITY, ...args], { cwd: root, encoding: "utf8" }).trim();
  const commit = (message: string) => {
    git("add", "-A");
    git("commit", "-q", "-m", message);
    return git("rev-parse", "HEAD");
  };
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "leverframe-git-"));
    mkdirSync(path.join(root, "company"));
    folder = new TemporaryFolder(path.join(root, "company"));
    git("init", "-q", "-b", "main");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("is answered for by the author of its last commit, and by who wrote the files while they differ from it", async () => {
    const place = folderPlace(folder.path);
    const me = userInfo().username;
    expect((await place.read()).provenance).toEqual({ actor: me, actorSource: "os", commit: null, ref: null, dirty: false });
    const first = commit("policies");
    expect((await place.read()).provenance).toEqual({ actor: "Ann Author <ann@acme.test>", actorSource: "git", commit: first, ref: null, dirty: false });
    folder.write("rules/new.yaml", RULE);
    expect((await place.read()).provenance).toEqual({ actor: me, actorSource: "os", commit: first, ref: null, dirty: true });
  });

  it("loaded from a branch it changes with the branch alone, whatever lies in the work tree", async () => {
    const first = commit("policies");
    const place = gitPlace(folder.path, "main");
    expect((await place.read()).files).toEqual((await folderPlace(folder.path).read()).files);
    const { policy, changes } = await watching(folder.path, { place });
    const before = policy.current();
    expect(policy.status().provenance).toEqual({ actor: "Ann Author <ann@acme.test>", actorSource: "git", commit: first, ref: "main", dirty: false });
    folder.write("rules/watched.yaml", RULE);
    await policy.look();
    expect(policy.current()).toBe(before);
    const second = commit("a rule");
    await policy.look();
    expect(changes).toMatchObject([{ kind: "changed", provenance: { commit: second, ref: "main" }, summary: { changes: ["rule `watched-rule` added"] } }]);
  });

  it.each(["nowhere", "main~9"])("refuses `%s`, which is no revision, and the set in force stays", async (ref) => {
    commit("policies");
    await expect(watching(folder.path, { place: gitPlace(folder.path, ref) })).rejects.toMatchObject({ code: "bad_config", message: expect.stringContaining(`\`${ref}\` is no revision`) });
  });
});
