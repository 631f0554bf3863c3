import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCE = join(ROOT, "packages/core/src");

/** The folders of the core from the ground up. Each may import those below it; the lint config says the same, folder by folder. */
const FLOORS = [
  "base",
  "delivery",
  "hmac",
  "algorithms",
  "scheme",
  "grammar",
  "secrets",
  "keys",
  "define",
  "providers",
  "verify",
  "sign",
  "claims",
  "doctor",
  "receiver",
  "explain",
  "testing",
];

/** What stands beside the folders: the entry points that gather names. */
const LOOSE = ["adapter.ts", "index.ts"];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

/** Every import and re-export of a file of the core by another one. */
const imports: readonly Import[] = files.flatMap((from) => {
  const code = readFileSync(join(SOURCE, from), "utf8");
  const relatives = code.matchAll(
    /(?:^|\n)(?:import|export)\b[^;"]*?"(\.[^"]+)"|import\("(\.[^"]+)"\)/g,
  );
  return Array.from(relatives, ([, specifier, dynamic]) => ({
    from,
    to: relative(SOURCE, join(SOURCE, dirname(from), specifier ?? dynamic ?? "")),
  }));
});

/** The folder of a file; a folder inside a folder belongs to it. */
function roomOf(file: string): string | undefined {
  const [room, rest] = file.split("/", 2);
  return rest === undefined ? undefined : room;
}

function floorOf(file: string): number {
  const room = roomOf(file);
  return room === undefined ? FLOORS.length : FLOORS.indexOf(room);
}

/** A way along the imports that comes back to where it began; undefined where there is none. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = walk(next, [...way, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = walk(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

describe("The rooms of the core", () => {
  test("hold every file but the entry points", () => {
    expect(imports.length).toBeGreaterThan(500);
    expect(files.filter((file) => roomOf(file) === undefined).toSorted()).toEqual(LOOSE);
    expect(files.filter((file) => floorOf(file) < 0)).toEqual([]);
  });

  test("import downwards only", () => {
    const upwards = imports.filter(
      ({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(to) >= floorOf(from),
    );
    expect(upwards.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  test("have no import cycle", () => {
    const graph = new Map<string, string[]>();
    for (const { from, to } of imports) graph.set(from, [...(graph.get(from) ?? []), to]);
    expect(cycleIn(graph)).toBeUndefined();
    expect(
      cycleIn(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["b"]],
        ]),
      ),
    ).toEqual(["b", "c", "b"]);
  });

  test("are drawn in CONTRIBUTING.md with the arrows that they have", () => {
    const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
    const drawn = new Map<string, string[]>();
    for (const [, from = "", to = ""] of text.matchAll(/^ +(\w+)(?:\[".*"\])? --> ([\w &]+)$/gm)) {
      drawn.set(from, [...(drawn.get(from) ?? []), ...to.split(" & ")]);
    }
    const leadsTo = (from: string, to: string): boolean =>
      (drawn.get(from) ?? []).some((next) => next === to || leadsTo(next, to));
    const arrows = new Set(
      imports.flatMap(({ from, to }) => {
        const [above, below] = [roomOf(from), roomOf(to)];
        return above === undefined || below === undefined || above === below
          ? []
          : [`${above} --> ${below}`];
      }),
    );
    const isDrawn = (arrow: string): boolean => {
      const [from = "", to = ""] = arrow.split(" --> ");
      return leadsTo(from, to);
    };
    expect([...arrows].filter((arrow) => !isDrawn(arrow))).toEqual([]);
    const all = [...drawn].flatMap(([from, tos]) => tos.map((to) => `${from} --> ${to}`));
    expect(all.filter((arrow) => !arrows.has(arrow))).toEqual([]);
    expect(all.length).toBeGreaterThan(15);
  });

  test("are known to the linter, floor by floor", () => {
    const { overrides } = JSON.parse(readFileSync(join(ROOT, ".oxlintrc.json"), "utf8")) as {
      overrides: readonly { files: readonly string[]; rules: Readonly<Record<string, unknown>> }[];
    };
    for (const [floor, room] of FLOORS.entries()) {
      const override = overrides.find(
        ({ files: [glob] }) => glob === `packages/core/src/${room}/**`,
      );
      const rule = JSON.stringify(override?.rules["eslint/no-restricted-imports"] ?? "missing");
      const above = FLOORS.slice(floor + 1).map((name) => `**/${name}/**`);
      expect([room, above.filter((glob) => !rule.includes(JSON.stringify(glob)))]).toEqual([
        room,
        [],
      ]);
      expect([room, rule.includes("node:*")]).toEqual([room, true]);
    }
  });
});
