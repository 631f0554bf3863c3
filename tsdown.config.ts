import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import EditableText from "magic-string";
import type { Rolldown, UserConfig } from "tsdown";

/** How long a plugin takes says something about how busy the machine is, and nothing about the sources. */
const inputOptions: Rolldown.InputOptions = { checks: { pluginTimings: false } };

/**
 * Leaves the comments out of the built code, but for licences and `@__PURE__`: V8 reads them at each start. The types keep theirs, and
 * whoever steps through the code has them by the source map.
 */
const withoutComments: Rolldown.MinifyOptions = {
  compress: false,
  mangle: false,
  codegen: { removeWhitespace: false },
};

/** Where an entry of `exports` or `imports` leads, by condition. */
type Target = string | { readonly [condition: string]: Target };

interface Manifest {
  readonly exports: Readonly<Record<string, Target>>;
  readonly imports?: Readonly<Record<string, Target>>;
}

/** The condition under which the workspace resolves its packages to their sources. */
const SOURCE = "@countersign/source";

/**
 * What the main entry of the core needs. All of it becomes one file, also what no other entry shares: two large files that import a hundred
 * names from each other take Node longer to link than the smaller one takes to compile.
 */
const MAIN_OF_CORE =
  /core\/src\/(?!(?:providers|keys|explain|testing)\/|\w+\/(?:node|web)\.)\w+\/.+(?<!\.d)\.ts$/;

const packages: readonly string[] = readdirSync("packages")
  .map((name) => join("packages", name))
  .filter((folder) => existsSync(join(folder, "package.json")));

const configs: UserConfig[] = packages.map((cwd) => ({
  cwd,
  entry: entriesOf(JSON.parse(readFileSync(join(cwd, "package.json"), "utf8")) as Manifest),
  format: ["esm", "cjs"],
  platform: "neutral",
  target: "es2022",
  // The sources satisfy `isolatedDeclarations`: each file's types can be written without looking at another.
  dts: { oxc: true },
  sourcemap: true,
  tsconfig: false,
  external: [/^#/, /^node:/],
  plugins: [pureStatements()],
  // What entries share is two files: the presets, which the core never loads by itself, and the rest.
  outputOptions: {
    minify: withoutComments,
    codeSplitting: {
      groups: [
        { name: "shared", test: MAIN_OF_CORE, priority: 3 },
        {
          name: "shared",
          test: /src\/(?!providers\/).+(?<!\.d)\.ts$/,
          minShareCount: 2,
          priority: 2,
        },
        { name: "presets", test: /src\/providers\/.+(?<!\.d)\.ts$/, minShareCount: 2, priority: 1 },
      ],
    },
  },
  // A chunk that is imported for nothing but its effects has none.
  treeshake: { moduleSideEffects: false },
  // Every warning is a mistake in package.json or in the sources.
  failOnWarn: true,
  inputOptions,
  logLevel: "warn",
}));

/** The program of the command line: nobody imports it. */
const program: UserConfig = {
  cwd: "packages/cli",
  entry: { bin: "src/bin.ts" },
  format: "esm",
  platform: "node",
  fixedExtension: false,
  target: "es2022",
  dts: false,
  sourcemap: true,
  tsconfig: false,
  failOnWarn: true,
  inputOptions,
  logLevel: "warn",
};

/** The inspector's page: everything that a browser needs, so that it is served without a network. */
const page: UserConfig = {
  cwd: "packages/cli",
  entry: { page: "src/page/main.tsx" },
  outDir: "dist/page",
  format: "esm",
  platform: "browser",
  target: "es2023",
  dts: false,
  minify: true,
  noExternal: [/^preact/],
  inlineOnly: ["preact"],
  outputOptions: { banner: "/*! Contains Preact, MIT License, (c) 2015-present Jason Miller */" },
  copy: [{ from: "src/page/static/*", to: "dist/page" }],
  tsconfig: false,
  failOnWarn: true,
  inputOptions,
  logLevel: "warn",
};

export default [...configs, program, page];

/** Makes an entry of every source file that package.json names, called after the built file that stands beside it. */
function entriesOf({ exports, imports = {} }: Manifest): Record<string, string> {
  const entries: Record<string, string> = {};
  const collect = (target: Target): void => {
    if (typeof target === "string") return;
    const source = target[SOURCE];
    if (typeof source !== "string") Object.values(target).forEach(collect);
    else if (!source.includes("*")) {
      const built = filesOf(target).find((file) => file.endsWith(".js")) ?? "";
      entries[built.replace(/^\.\/dist\/|\.js$/g, "")] = source;
    }
  };
  [...Object.values(exports), ...Object.values(imports)].forEach(collect);
  return entries;
}

function filesOf(target: Target): readonly string[] {
  return typeof target === "string" ? [target] : Object.values(target).flatMap(filesOf);
}

/**
 * Marks what a module computes when it is loaded as free of side effects.
 *
 * `"sideEffects": false` says so of whole files. Here many modules become one file, so it has to be said of each statement; otherwise
 * a user's bundle would keep every preset.
 */
function pureStatements(): Rolldown.Plugin {
  return {
    name: "pure-statements",
    // After the modules were joined: the bundler would inline the functions that this adds.
    renderChunk(code, { fileName }) {
      if (!/\.c?js$/.test(fileName)) return null;
      const text = new EditableText(code);
      for (const statement of this.parse(code).body) {
        if (statement.type !== "VariableDeclaration") continue;
        for (const { init } of statement.declarations) {
          if (init === null || isPure(init.type)) continue;
          text.appendLeft(init.start, "/* @__PURE__ */ (() => (");
          text.appendRight(init.end, "))()");
        }
      }
      return text.hasChanged()
        ? { code: text.toString(), map: text.generateMap({ hires: true }).toString() }
        : null;
    },
  };
}

/** Bundlers know functions, literals and names to be pure. Of a call, or of an object with a spread in it, they have to be told. */
function isPure(type: string): boolean {
  return /Function|Literal|^Identifier$|^Class/.test(type);
}
