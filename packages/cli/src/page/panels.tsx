import type { VNode } from "preact";
import type { Piece } from "../delivery/pieces.ts";
import type { Detail, Row } from "../inspector/wire.ts";
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
