/** The Node that everything runs on: `node:sqlite` as it is there, and the syntax that is built for. */
export const NODE_MAJOR_MIN = 24;

/**
 * The text of a runnable's `main.js`, which loads the program beside it. It looks at the version first: on an older Node
 * what is bundled does not even link, and nobody would understand the error. So it holds nothing that an old Node cannot read.
 */
export const launcherText = (program) => `const version = process.versions.node;
if (Number(version.split(".")[0]) >= ${NODE_MAJOR_MIN}) {
  await import("./${program}.js");
} else {
  const own = "node_modules/.bin/node";
  process.stderr.write("leverframe: Node.js ${NODE_MAJOR_MIN} or later is needed, and this is " + version + " (" + process.execPath + "): install it (https://nodejs.org), or use the one that npm brought along: \`" + own + " " + process.argv[1] + "\`\\n");
  process.exitCode = 1;
}
`;
