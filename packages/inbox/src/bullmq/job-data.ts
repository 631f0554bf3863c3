/** What a job carries. */
export interface JobData {
  /** As text, so that it is read as it was written. */
  readonly event: string;
  /** ISO 8601. */
  readonly storedAt: string;
}
