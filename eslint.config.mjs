import nx from "@nx/eslint-plugin";
import tseslint from "typescript-eslint";

/** Vocabulary rooms: what every domain room and adapter may speak of. */
const VOCABULARY = ["layer:kernel"];
const FRAMEWORK = ["@nestjs/*", "rxjs", "rxjs/*"];

/** The walls (ARCHITECTURE.md): who may import whom, by the `layer:*` × `scope:*` tags of each project. */
const walls = [
  { sourceTag: "layer:kernel", onlyDependOnLibsWithTags: VOCABULARY },
  { sourceTag: "scope:kernel", onlyDependOnLibsWithTags: ["scope:kernel"] },
  { sourceTag: "layer:domain", onlyDependOnLibsWithTags: VOCABULARY },
  { sourceTag: "layer:contracts", onlyDependOnLibsWithTags: VOCABULARY },
  { sourceTag: "layer:adapter", onlyDependOnLibsWithTags: [...VOCABULARY, "layer:domain"] },
  { sourceTag: "layer:nest", onlyDependOnLibsWithTags: [...VOCABULARY, "layer:contracts", "scope:log"] },
  {
    sourceTag: "layer:wiring",
    onlyDependOnLibsWithTags: [...VOCABULARY, "layer:domain", "layer:contracts", "layer:adapter", "layer:nest"],
  },
  {
    sourceTag: "layer:service",
    onlyDependOnLibsWithTags: [...VOCABULARY, "layer:domain", "layer:contracts", "layer:adapter", "layer:nest", "layer:wiring"],
  },
  { sourceTag: "layer:composition", onlyDependOnLibsWithTags: ["*"] },
  { sourceTag: "layer:test", onlyDependOnLibsWithTags: ["*"] },
];

const onlyIn = (files, group, message, extra = {}) => ({
  files,
  ...extra,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [{ group, message, allowTypeImports: false }] }] },
});

export default [
  { ignores: ["dist/", "**/generated/", "node_modules/", ".cache/", ".nx/", ".leverframe/", "coverage/"] },
  {
    files: ["**/*.ts"],
    languageOptions: { parser: tseslint.parser, parserOptions: { ecmaVersion: "latest", sourceType: "module" } },
    plugins: { "@nx": nx, "@typescript-eslint": tseslint.plugin },
    rules: {
      "@nx/enforce-module-boundaries": [
        "error",
        { enforceBuildableLibDependency: false, checkDynamicDependenciesExceptions: [".*"], allow: ["^(\\.\\./)+deploy/local$", "^(\\.\\./)+(test/)?(support/)?(simulator|installation|audit)$", "^(\\.\\./)+test/(policy|operations)$"], depConstraints: walls },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  onlyIn(["libs/**/*.ts"], FRAMEWORK, "Nest and rxjs live in libs/nest, libs/wiring and services alone.", { ignores: ["libs/nest/**", "libs/wiring/**"] }),
  {
    files: ["libs/domain/**/*.ts"],
    ignores: ["**/*.spec.ts", "**/testing/**"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [{ group: [...FRAMEWORK, "node:*"], message: "The domain is pure: hand in what it needs." }] },
      ],
      "no-restricted-globals": ["error", { name: "process", message: "Configuration is handed in." }],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Hand in a Clock." },
        { object: "Math", property: "random", message: "Hand in the randomness." },
      ],
    },
  },
  {
    // A provider adapter is constructed by a service's wiring alone and handed to the governed call.
    files: ["services/**/*.ts"],
    ignores: ["**/*.module.ts", "**/*.spec.ts", "services/cli/**"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@leverframe/providers"], message: "Only a *.module.ts hands adapters to the governed call." }] },
      ],
    },
  },
];
