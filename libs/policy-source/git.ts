import { execFile } from "node:child_process";
import path from "node:path";
import { AppError } from "@leverframe/kernel";
import type { PolicyFile } from "@leverframe/policy";

const GIT_MS_MAX = 10_000;
const GIT_BYTES_MAX = 64 * 1024 * 1024;
const YAML_FILE = /\.ya?ml$/;

/** Who and what a folder's content is, as its git work tree knows it. */
export interface GitState {
  readonly commit: string;
  /** Files of the folder differ from that commit. */
  readonly dirty: boolean;
  /** `name <address>` of whoever made the last commit that touched the folder; null when none has. */
  readonly author: string | null;
}

/** Null when the folder is in no git work tree, or git is not installed. */
export async function gitStateOf(folder: string): Promise<GitState | null> {
  try {
    const commit = (await git(folder, ["rev-parse", "--verify", "HEAD"])).toString().trim();
    const status = await git(folder, ["status", "--porcelain", "--untracked-files=all", "--", "."]);
    return { commit, dirty: status.length > 0, author: await authorOf(folder, commit) };
  } catch {
    return null;
  }
}

/** The commit that a name (branch, tag, `origin/main`) stands for now. */
export async function commitOf(folder: string, ref: string): Promise<string> {
  try {
    return (await git(folder, ["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`])).toString().trim();
  } catch (cause) {
    throw new AppError("bad_config", `policies.gitRef: \`${ref}\` is no revision of the git work tree at \`${folder}\``, { cause });
  }
}

/** The folder's YAML files as they stand in a commit, whatever lies in the work tree. */
export async function filesAt(folder: string, commit: string): Promise<PolicyFile[]> {
  const prefix = (await git(folder, ["rev-parse", "--show-prefix"])).toString().trim();
  const tree = await git(folder, ["ls-tree", "-r", "-z", "--full-tree", prefix === "" ? commit : `${commit}:${prefix}`]);
  const blobs = tree
    .toString()
    .split("\0")
    .flatMap((line) => {
      const [, sha, file] = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
      const policy = file !== undefined && YAML_FILE.test(file) && !file.split("/").some((part) => part.startsWith("."));
      return policy && sha !== undefined ? [{ file, sha }] : [];
    });
  const contents = contentsOf(await git(folder, ["cat-file", "--batch"], `${blobs.map(({ sha }) => sha).join("\n")}\n`));
  return blobs.map(({ file }, index) => ({ path: file, text: contents[index] ?? "" })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

export async function authorOf(folder: string, commit: string): Promise<string | null> {
  const author = (await git(folder, ["log", "-1", "--format=%an <%ae>", "--end-of-options", commit, "--", "."])).toString().trim();
  return author === "" ? null : author;
}

/** `<sha> blob <bytes>\n<content>\n`, once for each object that was asked for. */
function contentsOf(batch: Buffer): string[] {
  const contents: string[] = [];
  for (let at = 0; at < batch.length; ) {
    const headEnd = batch.indexOf("\n", at);
    const bytes = Number(batch.toString("utf8", at, headEnd).split(" ")[2]);
    contents.push(batch.toString("utf8", headEnd + 1, headEnd + 1 + bytes));
    at = headEnd + 1 + bytes + 1;
  }
  return contents;
}

function git(folder: string, args: readonly string[], input?: string): Promise<Buffer> {
  // A hook or another tool that runs us inside git would make its repository ours; and reading must never lock the index.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = { ...Object.fromEntries(inherited), GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  const options = { cwd: path.resolve(folder), env, timeout: GIT_MS_MAX, maxBuffer: GIT_BYTES_MAX, encoding: "buffer" } as const;
  return new Promise((resolve, reject) => {
    const child = execFile("git", [...args], options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}
