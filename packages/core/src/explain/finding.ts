/** The stable name of a mistake. */
export type FindingCode =
  | "body_already_parsed"
  | "body_base64"
  | "body_bom"
  | "body_charset"
  | "body_compressed"
  | "body_decompressed"
  | "body_empty"
  | "body_escaped"
  | "body_form_encoding"
  | "body_hex"
  | "body_json_string"
  | "body_length"
  | "body_line_endings"
  | "body_malformed"
  | "body_newline"
  | "body_replaced_characters"
  | "body_reserialized"
  | "body_truncated"
  | "body_wrapped"
  | "clock_skew"
  | "clock_unit"
  | "id_missing"
  | "method_changed"
  | "provider_other"
  | "request_incomplete"
  | "required_value"
  | "secret_encoding"
  | "secret_inactive"
  | "secret_mistaken"
  | "secret_other"
  | "secret_prefix"
  | "secret_quoted"
  | "secret_unusable"
  | "secret_whitespace"
  | "secret_wrapped"
  | "signature_algorithm"
  | "signature_case"
  | "signature_encoding"
  | "signature_header"
  | "signature_layout"
  | "signature_malformed"
  | "signature_missing"
  | "signature_part"
  | "signature_prefix"
  | "signature_quoted"
  | "signature_truncated"
  | "signed_content"
  | "timestamp_malformed"
  | "timestamp_missing"
  | "timestamp_unit"
  | "header_renamed"
  | "url_changed";

/** A mistake that may have been made; it stands in the report only if it is borne out. */
export interface Mistake {
  readonly code: FindingCode;
  /** The facts that were seen. */
  readonly evidence: string;
  /** The line or setting to change. */
  readonly remedy: string;
}

/** Makes the mistake of a signature that is right but for the way in which it is written. */
export function rightBut(code: FindingCode, but: string, remedy: string): Mistake {
  return { code, evidence: `The signature is right, but ${but}.`, remedy };
}

/** One thing that went wrong with a delivery. */
export interface Finding extends Mistake {
  /**
   * `proven`: with this mistake undone the signature verifies, which no forger could bring about. `observed`: evident from the
   * delivery itself; it may not be the cause.
   */
  readonly confidence: "proven" | "observed";
}

/** Quotes a text that a sender chose, cut short and made safe for a log. */
export function quoted(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return printable(JSON.stringify(cut));
}

/** Removes what a terminal would obey: a header may hold any byte, U+009B among them. */
export function printable(text: string): string {
  return text.replace(/[^ -~…]/g, "?");
}
