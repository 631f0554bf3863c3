import type { VNode } from "preact";
import type { Detail, Row } from "../inspector/wire.ts";

/** Shows why a delivery is refused, or what a verified one says, and what its provider signs. */
export function VerdictPanel({ detail }: { readonly detail: Detail }): VNode {
  const { verdict, signedContent, difference } = detail;
  return (
    <>
      <Reasons verdict={verdict} />
      {difference !== undefined && (
        <>
          <h3>Where the signed bytes and the received ones part (byte {difference.at})</h3>
          <p class="muted">The signature is right for other bytes: {difference.change}.</p>
          <table>
            <tbody>
              <tr>
                <th scope="row">signed</th>
                <td>{visible(difference.signed)}</td>
              </tr>
              <tr>
                <th scope="row">received</th>
                <td>{visible(difference.received)}</td>
              </tr>
            </tbody>
          </table>
        </>
      )}
      <h3>What the provider signs</h3>
      {signedContent === undefined ? (
        <p class="muted">
          {detail.provider === undefined
            ? "Nobody is known to deliver to this path."
            : "No template says it: the provider signs nothing, or what a function computes."}
        </p>
      ) : (
        <>
          <pre>
            {signedContent.map(({ text, role }, index) => (
              <span key={index} class={role === undefined ? "" : "role-content"} title={role}>
                {utf8(text)}
              </span>
            ))}
          </pre>
          <p class="legend">
            {signedContent.map(({ text, role }, index) => (
              <code key={index}>{role ?? JSON.stringify(text)}</code>
            ))}
          </p>
        </>
      )}
    </>
  );
}

function Reasons({
  verdict: { status, code, text, findings = [], event },
}: Pick<Detail, "verdict">): VNode {
  if (status !== "refused") {
    const unsigned = event?.unsigned ?? [];
    return (
      <div class={`notice ${status === "unchecked" ? "" : "good"}`}>
        {SAYS[status]}
        {unsigned.length > 0 && ` The signature does not cover: ${unsigned.join(", ")}.`}
        {event?.secretId !== undefined && ` Signed with the secret ${event.secretId}.`}
      </div>
    );
  }
  return (
    <>
      {findings.length === 0 && (
        <div class="notice bad">
          <strong>{code}</strong> {text}
        </div>
      )}
      {findings.map((finding, index) => (
        <div key={index} class="notice bad">
          <p>
            <strong>{finding.code}</strong> <span class="chip">{finding.confidence}</span>
          </p>
          <p>{finding.evidence}</p>
          <p class="remedy">{finding.remedy}</p>
        </div>
      ))}
    </>
  );
}

const SAYS: Readonly<Record<Exclude<Row["status"], "refused">, string>> = {
  verified: "The signature is right, and this is the first delivery of its event.",
  duplicate: "The signature is right, and the event was handled before.",
  in_flight: "The signature is right, and the event is being handled right now.",
  challenge: "This is a registration handshake.",
  unchecked: "Nobody is known to deliver to this path, so nothing was verified.",
};

/** Shows white space and bytes beyond ASCII as escapes. */
function visible(bytes: string): string {
  return JSON.stringify(bytes).slice(1, -1).replaceAll('\\"', '"');
}

/** Decodes text whose characters are bytes, as far as it is UTF-8. */
function utf8(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
