import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComposeRequest, SentAnswer, ShownEndpoint } from "../inspector/wire.ts";
import { compose, fetchEndpoints, fetchSample } from "./server.ts";

type Option = readonly [value: string, name: string];

/** By seconds. */
const AGES: readonly Option[] = [
  ["0", "now"],
  ["240", "4 minutes ago"],
  ["600", "10 minutes ago"],
  ["86400", "a day ago"],
  ["-600", "in 10 minutes"],
];

const SPOILT: readonly Option[] = [
  ["", "nothing"],
  ["body", "the body"],
  ["signature", "the signature"],
];

/** The form that signs and sends a delivery of one's own. */
export function ComposeDialog({ close }: { readonly close: () => void }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [endpoints, setEndpoints] = useState<readonly ShownEndpoint[]>();
  const [path, setPath] = useState("/");
  const [type, setType] = useState("");
  const sample = useSample();
  const [tamper, setTamper] = useState("");
  const [age, setAge] = useState(0);
  const [answer, setAnswer] = useState<SentAnswer>();
  const endpoint = endpoints?.find((each) => each.path === path);

  useEffect(() => {
    dialog.current?.showModal();
    void fetchEndpoints().then((found) => {
      setEndpoints(found);
      choose(found[0]?.path ?? "/", found);
    });
  }, []);

  const choose = (to: string, among = endpoints): void => {
    const first = among?.find((each) => each.path === to)?.types[0] ?? "";
    setPath(to);
    setType(first);
    sample.ask(to, first);
  };
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setAnswer(undefined);
    const request: ComposeRequest = {
      path,
      body: await sample.ready(),
      ...(type !== "" && { type }),
      ...(tamper !== "" && { tamper: tamper as "body" }),
      ...(age !== 0 && { ageSeconds: age }),
    };
    setAnswer(await compose(request));
  };
  return (
    <dialog ref={dialog} aria-labelledby="compose-title" onClose={close}>
      <form class="form" onSubmit={(event) => void send(event)}>
        <h2 id="compose-title">Compose a delivery</h2>
        {/* Until it is known where deliveries go, what is typed would be overwritten by the first sample. */}
        <fieldset disabled={endpoints === undefined}>
          <div class="fields">
            <Choice
              label="To"
              value={path}
              options={(endpoints ?? []).map((each) => [
                each.path,
                `${each.path} (${each.provider})`,
              ])}
              choose={(to) => choose(to)}
            />
            <TypeField
              types={endpoint?.types ?? []}
              type={type}
              setType={setType}
              settle={(settled) => sample.ask(path, settled)}
            />
            <Choice
              label="Spoil after signing"
              value={tamper}
              options={SPOILT}
              choose={setTamper}
            />
            <Choice
              label="Signed"
              value={String(age)}
              options={AGES}
              choose={(seconds) => setAge(Number(seconds))}
            />
          </div>
          <BodyField sample={sample} />
        </fieldset>
        <Buttons close={() => dialog.current?.close()} />
        <div role="status">{answer !== undefined && <Sent answer={answer} />}</div>
      </form>
    </dialog>
  );
}

interface Sample {
  /** The body as it stands in the form. */
  readonly body: string;
  /** Notes what was typed. */
  edit(body: string): void;
  /** Fetches a body to start from. One that comes late, when another was asked for or the body was edited, is dropped. */
  ask(path: string, type: string): void;
  /** Returns the body once the sample that was asked for last is there. */
  ready(): Promise<string>;
}

function useSample(): Sample {
  const [body, setBody] = useState("");
  const asked = useRef<Promise<string | undefined> | undefined>(undefined);
  const edit = (edited: string): void => {
    asked.current = undefined;
    setBody(edited);
  };
  const ask = (path: string, type: string): void => {
    const asking = fetchSample(path, type).catch(() => undefined);
    asked.current = asking;
    void asking.then((sample) => {
      if (sample !== undefined && asked.current === asking) edit(sample);
    });
  };
  return { body, edit, ask, ready: async () => (await asked.current) ?? body };
}

function BodyField({ sample }: { readonly sample: Sample }): VNode {
  return (
    <label class="field">
      Body, sent as it is written here
      <textarea
        spellcheck={false}
        value={sample.body}
        onInput={(event) => sample.edit(event.currentTarget.value)}
      />
    </label>
  );
}

function Buttons({ close }: { readonly close: () => void }): VNode {
  return (
    <div class="actions">
      <button class="button primary" type="submit">
        Send
      </button>
      <button class="button" type="button" onClick={close}>
        Close <kbd>Esc</kbd>
      </button>
    </div>
  );
}

/** The answer to what was sent. */
function Sent({ answer: { error, status, body = "" } }: { readonly answer: SentAnswer }): VNode {
  return (
    <pre>
      {error ?? `${status}`}
      {body !== "" && `\n${body}`}
    </pre>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly choose: (value: string) => void;
}

function Choice({ label, value, options, choose }: ChoiceProps): VNode {
  return (
    <label class="field">
      {label}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TypeFieldProps {
  readonly types: readonly string[];
  readonly type: string;
  readonly setType: (type: string) => void;
  readonly settle: (type: string) => void;
}

/** The event's type: one of the endpoint's, or any other. Each letter is kept at once, since drawing the form again writes the field from what is kept. */
function TypeField({ types, type, setType, settle }: TypeFieldProps): VNode {
  return (
    <label class="field">
      Type
      <input
        value={type}
        list="types"
        autocomplete="off"
        onInput={(event) => setType(event.currentTarget.value)}
        onChange={(event) => settle(event.currentTarget.value)}
      />
      <datalist id="types">
        {types.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </label>
  );
}
