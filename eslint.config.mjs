import js from "@eslint/js";
import tseslint from "typescript-eslint";

// The rooms of the house, lowest first: a room may import only from itself and from rooms before it.
const rooms = ["mesos", "config", "plan", "readiness", "components", "automation"];
const impure = ["@pulumi/*", "child_process", "node:child_process", "node:http", "node:net", "node:os"];

const closed = (room, rest, packages = []) => ({
  files: [`${room}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            group: rest.flatMap((r) => [`**/${r}/*`, `**/${r}/**`]),
            message: `${room} may not import from these rooms: arrows point one way (CONTRIBUTING.md).`,
          },
          ...(packages.length > 0
            ? [{ group: packages, message: `${room} is pure: no Pulumi, no processes, no network.` }]
            : []),
        ],
      },
    ],
  },
});

// Declarations beside the examples' JavaScript belong to the project that checks that JavaScript.
const projectService = {
  allowDefaultProject: ["examples/*/*.d.ts"],
  defaultProject: "toolchain/tsconfig.json",
};

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "**/*.mjs"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        { object: "process", property: "exit", message: "Return an exit code; finally blocks must run." },
      ],
    },
  },
  {
    files: ["**/*.js"],
    languageOptions: {
      sourceType: "commonjs",
      globals: Object.fromEntries(
        [
          "require",
          "module",
          "process",
          "__dirname",
          "__filename",
          "console",
          "fetch",
          "AbortController",
          "AbortSignal",
          "setTimeout",
          "clearTimeout",
          "Buffer",
          "URL",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  ...rooms.map((room, i) =>
    closed(room, [...rooms.slice(i + 1), "simulator", "bridge"], i < 3 ? impure : []),
  ),
  closed("simulator", [...rooms.slice(1), "bridge"]),
  closed("bridge", [...rooms, "simulator"]),
  {
    files: ["mesos/**/*.ts", "config/**/*.ts", "plan/**/*.ts"],
    ignores: ["config/load.ts"],
    rules: {
      "no-restricted-globals": ["error", "process", "Date"],
      "no-restricted-properties": ["error", { object: "Date", property: "now" }],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // mocha's `describe`/`it` return values are not promises of ours; node:assert narrows by statement.
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [] }],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
);
