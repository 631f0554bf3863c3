import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { ShownBytes } from "../inspector/wire.ts";
import { bytesText } from "./delivery-list.tsx";
import { prettyJson } from "./json-text.tsx";

type Mode = "pretty" | "raw" | "hex";

const MAX_HEX_BYTES = 65_536;

/** Shows a body: indented, as it is, or byte for byte. */
export function BytesView({
  bytes: { base64, length, truncated },
}: {
  readonly bytes: ShownBytes;
}): VNode {
  const [chosen, choose] = useState<Mode>();
  const bytes = useMemo(() => bytesOf(base64), [base64]);
  const text = useMemo(() => textOf(bytes), [bytes]);
  const pretty = useMemo(() => (text === undefined ? undefined : prettyJson(text)), [text]);
  if (length === 0) return <p class="muted">The body is empty.</p>;
  const mode = chosen ?? (pretty !== undefined ? "pretty" : text !== undefined ? "raw" : "hex");
  return (
    <>
      <div class="toolbar">
        <div class="segments" role="group" aria-label="How the body is shown">
          {(["pretty", "raw", "hex"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={mode === each}
              onClick={() => choose(each)}
            >
              {each}
            </button>
          ))}
        </div>
        <span class="muted">
          {bytesText(length)} ({length} bytes)
          {text === undefined && ", not UTF-8"}
          {truncated && `, the first ${bytesText(bytes.length)} are shown`}
        </span>
      </div>
      <pre class={mode}>
        {mode === "hex"
          ? hexOf(bytes.subarray(0, MAX_HEX_BYTES))
          : ((mode === "pretty" ? pretty : undefined) ?? text ?? latin1Of(bytes))}
      </pre>
    </>
  );
}

/** Decodes base64. */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function latin1Of(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const line = [...bytes.subarray(at, at + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = line
      .map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·"))
      .join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join("\n");
}
