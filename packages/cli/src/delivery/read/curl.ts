import { readFileSync } from "node:fs";
import { UsageError } from "../../base/usage-error.ts";
import type { Captured } from "../captured.ts";
import { shellWords } from "./shell-words.ts";

/** Options of curl that change nothing about what was sent, and take a value. */
const IGNORED_WITH_VALUE: ReadonlySet<string> = new Set([
  "-o",
  "--output",
  "-m",
  "--max-time",
  "--connect-timeout",
  "-w",
  "--write-out",
  "--retry",
  "--resolve",
  "--cacert",
  "-x",
  "--proxy",
  "-c",
  "--cookie-jar",
  "--limit-rate",
]);

/** Short options that take a value, which may follow without a space. */
const SHORT_WITH_VALUE = /^-([XHdAbeuomwxc])(.+)$/s;

/** The parts of a curl command that are read. */
interface Request {
  method?: string;
  url?: string;
  readonly headers: [string, string][];
  readonly data: string[];
}

/**
 * Reads a pasted `curl` command, also one that gets its body from `printf … | base64 -d`.
 *
 * @param text each character is one byte
 * @throws UsageError if the command uses an option that is not known here
 */
export function readCurl(text: string): Captured {
  const words = shellWords(text.trim().replace(/^\$ /, ""));
  const pipe = words.lastIndexOf("|");
  const stdin = pipe < 0 ? undefined : pipedBody(words.slice(0, pipe));
  const [command, ...args] = words.slice(pipe + 1);
  if (command !== "curl") throw new UsageError("The command is not curl.");
  const request: Request = { headers: [], data: [] };
  const left = args.flatMap((word) => {
    const [, name, value] = SHORT_WITH_VALUE.exec(word) ?? [];
    if (name !== undefined && value !== undefined) return [`-${name}`, value];
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
  });
  while (left.length > 0) {
    const option = left.shift() ?? "";
    readOption(request, option, () => valueOf(option, left.shift()), stdin);
  }
  return captured(request);
}

function readOption(
  request: Request,
  option: string,
  value: () => string,
  stdin: string | undefined,
): void {
  switch (option) {
    case "-X":
    case "--request":
      request.method = value();
      return;
    case "-H":
    case "--header":
      request.headers.push(headerOf(value()));
      return;
    case "-A":
    case "--user-agent":
      request.headers.push(["User-Agent", value()]);
      return;
    case "-e":
    case "--referer":
      request.headers.push(["Referer", value()]);
      return;
    case "-b":
    case "--cookie":
      request.headers.push(["Cookie", value()]);
      return;
    case "-u":
    case "--user":
      request.headers.push([
        "Authorization",
        `Basic ${Buffer.from(value(), "latin1").toString("base64")}`,
      ]);
      return;
    case "--json":
      request.headers.push(["Content-Type", "application/json"]);
      request.data.push(dataOf(value(), stdin, true));
      return;
    case "-d":
    case "--data":
    case "--data-ascii":
      request.data.push(dataOf(value(), stdin, false));
      return;
    case "--data-binary":
      request.data.push(dataOf(value(), stdin, true));
      return;
    case "--data-raw":
      request.data.push(value());
      return;
    case "--url":
      request.url = value();
      return;
    default:
      readOther(request, option, value);
  }
}

function readOther(request: Request, option: string, value: () => string): void {
  if (!option.startsWith("-")) request.url = option;
  else if (IGNORED_WITH_VALUE.has(option)) value();
  // Flags that only say how the answer is shown, or how the connection is made.
  else if (
    !/^(-[sSivkLfg#0N]+|--(compressed|silent|show-error|include|verbose|insecure|location|fail|globoff|http[\d.]+|no-buffer|progress-bar|path-as-is))$/.test(
      option,
    )
  ) {
    throw new UsageError(
      `The curl option ${option} is not known here. Take it out, or save the delivery as raw HTTP.`,
    );
  }
}

function captured({ method, url, headers, data }: Request): Captured {
  if (url === undefined) throw new UsageError("The curl command has no URL.");
  const body = Buffer.from(data.join("&"), "latin1");
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  if (data.length > 0 && !names.has("content-type")) {
    headers.push(["Content-Type", "application/x-www-form-urlencoded"]);
  }
  return {
    receivedAtMs: Number.NaN,
    method: method ?? (data.length > 0 ? "POST" : "GET"),
    url: /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`,
    headers,
    body,
  };
}

/** Reads `Name: value`; curl writes an empty one as `Name;`. */
function headerOf(text: string): [string, string] {
  const [, name = text, value = ""] = /^([^:;]+)(?::[ \t]*(.*)|;)$/s.exec(text) ?? [];
  return [name.trim(), value.trim()];
}

function dataOf(value: string, stdin: string | undefined, binary: boolean): string {
  if (!value.startsWith("@")) return value;
  const name = value.slice(1);
  if (name !== "-") {
    const text = readFileSync(name, "latin1");
    return binary ? text : text.replaceAll(/[\r\n\0]/g, "");
  }
  if (stdin === undefined) {
    throw new UsageError(
      "The curl command reads its body from standard input, which is not in what you pasted.",
    );
  }
  return stdin;
}

/** Reads `printf %s 'base64' | base64 -d`, as `--print curl` writes bodies that are no text. */
function pipedBody(words: readonly string[]): string {
  const [printf, format, text, pipe, base64, flag, ...more] = words;
  if (
    printf !== "printf" ||
    format !== "%s" ||
    text === undefined ||
    pipe !== "|" ||
    base64 !== "base64" ||
    flag !== "-d" ||
    more.length > 0
  ) {
    throw new UsageError(
      "Of pipes into curl, only `printf %s '…' | base64 -d | curl … --data-binary @-` is read.",
    );
  }
  return Buffer.from(text, "base64").toString("latin1");
}

function valueOf(option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`The curl option ${option} has no value.`);
  return value;
}
