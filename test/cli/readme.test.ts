import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { github, stripe } from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import express from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../examples/example.ts";
import { BIN, environment } from "./countersign.ts";

const README = fileURLToPath(new URL("../../packages/cli/README.md", import.meta.url));
const SECRET = "the-canary-secret-of-the-readme";
const SESSION = /^```console\n(.*?)^```$/gms;
const SEPARATOR = "\u001e\n";

/** A heading of the README with its terminal sessions, each a text of commands and what they print. */
interface Section {
  readonly title: string;
  readonly text: string;
  readonly sessions: readonly string[];
}

const sections: readonly Section[] = readFileSync(README, "utf8")
  .split(/^(?=## )/m)
  .map((text) => ({
    title: /^## (.*)$/m.exec(text)?.[1] ?? "",
    text,
    sessions: Array.from(text.matchAll(SESSION), ([, session = ""]) => session),
  }))
  .filter(({ sessions }) => sessions.length > 0);

let folder: string;
let app: Server;
/** The ports of the README, and those that are used in their place. */
let ports: ReadonlyMap<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-readme-"));
  const shim = join(folder, "countersign");
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(shim, 0o755);
  const [listening, inspector, receiver] = await Promise.all([freePort(), freePort(), freePort()]);
  ports = new Map([
    ["4400", String(listening)],
    ["4401", String(inspector)],
    ["3000", String(receiver)],
  ]);
  const routes = express();
  routes.post(
    "/github",
    webhook({ provider: github, secret: SECRET }, () => {}),
  );
  routes.post(
    "/stripe",
    webhook({ provider: stripe, secret: SECRET }, () => {}),
  );
  routes.use("/parsed", express.json());
  routes.post(
    "/parsed",
    webhook({ provider: github, secret: SECRET }, () => {}),
  );
  app = createServer(routes).listen(receiver, "127.0.0.1");
  await new Promise((resolve) => app.once("listening", resolve));
});
afterAll(() => {
  app.closeAllConnections();
  app.close();
  rmSync(folder, { recursive: true });
});

const env = (): NodeJS.ProcessEnv =>
  environment({
    PATH: `${folder}:${process.env["PATH"] ?? ""}`,
    GITHUB_SECRET: SECRET,
    STRIPE_SECRET: SECRET,
  });

describe("the README's terminal sessions print what they print when they are run (UPDATE_README=1 writes them anew):", () => {
  test.each(sections)(
    "$title",
    async ({ text, sessions }) => {
      const printed = await run(sessions);
      const isUpdate = process.env["UPDATE_README"] !== undefined;
      if (isUpdate) update(text, printed);
      const written = isUpdate ? printed : sessions;
      expect(printed.map(comparable)).toEqual(written.map(comparable));
      expect(printed.join("")).not.toContain(SECRET);
    },
    120_000,
  );
});

/** Runs the sessions of a section: listeners all the while, the others one after another. */
async function run(sessions: readonly string[]): Promise<readonly string[]> {
  const printed: (() => Promise<string>)[] = [];
  for (const session of sessions) {
    const commands = session.split("\n").filter((line) => line.startsWith("$ "));
    const script = commands.map((line) => withPorts(line.slice(2)));
    if (script[0]?.startsWith("countersign listen")) {
      printed.push(await listener(commands[0] ?? "", script[0]));
      continue;
    }
    const outputs = await shell(script);
    const said = commands.map((line, index) => `${line}\n${outputs[index] ?? ""}`).join("");
    printed.push(() => Promise.resolve(said));
  }
  return Promise.all(printed.map((each) => each()));
}

/** Starts a listener; returns what ends it, and resolves to what it has printed. */
async function listener(line: string, command: string): Promise<() => Promise<string>> {
  const child = spawn(
    "bash",
    ["--norc", "-c", `exec ${command} --port ${ports.get("4400") ?? ""}`],
    { cwd: folder, env: env() },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  await expect.poll(() => answers(Number(ports.get("4400")))).toBe(true);
  return async () => {
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGINT");
    await closed;
    return `${line}\n${withoutPorts(output)}`;
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("error", () => resolve(false)).once("connect", () => resolve(true));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

/** Runs commands in one shell; returns what each has printed. */
async function shell(commands: readonly string[]): Promise<readonly string[]> {
  const script = commands.map(
    (command) => `${command}\nstatus=$?; printf '\\036\\n'; (exit $status)`,
  );
  const output = await new Promise<string>((resolve) => {
    const options = { cwd: folder, env: env() };
    execFile("bash", ["--norc", "-c", `exec 2>&1\n${script.join("\n")}`], options, (_, stdout) =>
      resolve(stdout),
    );
  });
  return output.split(SEPARATOR).map(withoutPorts);
}

function withPorts(text: string): string {
  return [...ports].reduce(
    (changed, [port, used]) => changed.replaceAll(`:${port}`, `:${used}`),
    text,
  );
}

function withoutPorts(text: string): string {
  return [...ports].reduce(
    (changed, [port, used]) => changed.replaceAll(`:${used}`, `:${port}`),
    text,
  );
}

/** Takes out what differs from run to run, and the words of explanations, which are tested where they are made. */
function comparable(session: string): string {
  return session
    .replaceAll(/^(.*✘ (?:refused|\w+_\w+).*\n)(?: {2,}.*\n)+/gm, "$1  <explanation>\n")
    .replaceAll(/\d\d:\d\d:\d\d/g, "<time>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/\d+ ms/g, "<ms>")
    .replaceAll(/\b(msg|evt)_[0-9a-f]{32}\b/g, "<id>")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "<digest>")
    .replaceAll(/whsec_[A-Za-z0-9+/=]+/g, "<secret>");
}

/** Writes into the README what was printed. */
function update(text: string, printed: readonly string[]): void {
  let index = 0;
  const changed = text.replaceAll(SESSION, () => `\`\`\`console\n${printed[index++] ?? ""}\`\`\``);
  writeFileSync(
    README,
    readFileSync(README, "utf8").replace(text, () => changed),
  );
}
