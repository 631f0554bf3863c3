import { parseArgs } from "node:util";

const PARTS = ["hostile", "timing", "mutation", "crash", "soak"] as const;

export type Part = (typeof PARTS)[number];

export interface EvidenceOptions {
  /** How long the soak takes, in seconds. */
  readonly seconds: number;
  readonly parts: readonly Part[];
}

const USAGE = `npm run evidence -- [--seconds 600] [--only ${PARTS.join(",")}]
Measures, and writes docs/evidence.md. Parts that are not run keep the figures of their last run.`;

/** Reads the command line; ends the program where it asks for help, or can't be read. */
export function readOptions(args: readonly string[]): EvidenceOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string", default: "600" },
      only: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const seconds = Number(values.seconds);
  const parts = values.only?.split(",") ?? PARTS;
  if (values.help || !(seconds > 0) || !parts.every(isPart)) {
    console.error(USAGE);
    process.exit(values.help ? 0 : 2);
  }
  return { seconds, parts };
}

function isPart(name: string): name is Part {
  return (PARTS as readonly string[]).includes(name);
}
