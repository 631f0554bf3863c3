import type { VNode } from "preact";
import type { Detail, Piece, Row } from "../inspector/wire.ts";
import { BytesView } from "./bytes-view.tsx";
import { Chip } from "./chip.tsx";
import { timeText } from "./delivery-list.tsx";

/** Shows the headers in their order, with the parts of the signature marked. */
export function HeadersPanel({ detail }: { readonly detail: Detail }): VNode {
  return (
    <>
      <table>
        <tbody>
          {detail.headers.map(({ name, pieces, role }, index) => (
            <tr key={index}>
              <th scope="row">
                {name} {role !== undefined && <span class="chip">{role}</span>}
              </th>
              <td>
                {pieces.map((piece, at) => (
                  <Marked key={at} piece={piece} />
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="legend">
        <span class="role role-signature">signature</span>
        <span class="role role-time">time</span>
        <span class="role role-id">id or type</span>
      </p>
    </>
  );
}

function Marked({ piece: { text, role } }: { readonly piece: Piece }): VNode {
  return role === undefined ? (
    <span>{text}</span>
  ) : (
    <span class={`role role-${role}`} title={role}>
      {text}
    </span>
  );
}

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
            : "A function of the provider's definition computes it."}
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

/** Shows what the application answered. */
export function AnswerPanel({ detail: { answered } }: { readonly detail: Detail }): VNode {
  if (answered === undefined) return <p class="muted">There is no answer yet.</p>;
  const { by, status, failure, durationMs, headers, body } = answered;
  return (
    <>
      <p class="notice">
        {by === "app" ? "Your application" : "countersign itself"} answered{" "}
        <strong>{failure ?? status}</strong> after {durationMs} ms.
      </p>
      {headers.length > 0 && (
        <>
          <h3>Headers</h3>
          <table>
            <tbody>
              {headers.map(([name, value], index) => (
                <tr key={index}>
                  <th scope="row">{name}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <h3>Body</h3>
      <BytesView bytes={body} />
    </>
  );
}

/** Shows the steps of a delivery, and the other deliveries of its event. */
export function TimelinePanel({
  detail: { timeline, id, atMs },
  sameEvent,
  select,
}: {
  readonly detail: Detail;
  readonly sameEvent: readonly Row[];
  readonly select: (id: string) => void;
}): VNode {
  return (
    <>
      <ol class="timeline">
        {timeline.map((step, index) => (
          <li key={index}>
            {step.what}{" "}
            <span class="muted">
              {timeText(step.atMs)} (+{step.atMs - atMs} ms)
            </span>
          </li>
        ))}
      </ol>
      <h3>Deliveries of the same event: {sameEvent.length}</h3>
      <ol class="timeline">
        {sameEvent.map((row) => (
          <li key={row.id}>
            {row.id === id ? (
              <strong>#{row.id}</strong>
            ) : (
              <button type="button" class="link" onClick={() => select(row.id)}>
                #{row.id}
              </button>
            )}{" "}
            <Chip row={row} />{" "}
            <span class="muted">
              {timeText(row.atMs)} → {row.answer ?? "…"}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Shows white space and bytes beyond ASCII as escapes. */
function visible(bytes: string): string {
  return JSON.stringify(bytes).slice(1, -1).replaceAll('\\"', '"');
}

/** Decodes text whose characters are bytes, as far as it is UTF-8. */
function utf8(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
