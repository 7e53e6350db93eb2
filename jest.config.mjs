import { readFileSync } from "node:fs";

const { compilerOptions } = JSON.parse(readFileSync(new URL("./tsconfig.base.json", import.meta.url), "utf8"));
const doors = Object.entries(compilerOptions.paths).map(([name, [file]]) => [
  `^${name}$`,
  file.replace(/^\./, "<rootDir>"),
]);

/** @type {import("jest").Config} */
export default {
  rootDir: import.meta.dirname,
  roots: ["<rootDir>/libs", "<rootDir>/services", "<rootDir>/test"],
  testMatch: ["**/*.spec.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.cache/"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: Object.fromEntries(doors),
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript", decorators: true },
          transform: { legacyDecorator: true },
          target: "es2024",
        },
        module: { type: "es6" },
      },
    ],
    "\\.(lua|sql)$": "<rootDir>/tools/jest-text.mjs",
  },
  // Ends what hangs, not what is slow: a wait that succeeds early costs nothing, and no test sets itself less.
  testTimeout: 300_000,
  // Two cores here and in CI; suites that start real servers take their own free ports.
  maxWorkers: 2,
};
