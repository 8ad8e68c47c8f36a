import { defaultLimits } from '../../../report/limits.ts'

/** What an app may be told about how much it takes of probes: of each, and of all together (`…InAll`). */
export interface IntakeChoices {
  /** Most verified probes that report at a time. */
  readonly probes: number
  /** Body of one report as sent. */
  readonly bodyBytes: number
  /** Bodies that are being received. */
  readonly bodyBytesInAll: number
  /** Body of one report, decompressed. */
  readonly decodedBytes: number
  /** Bodies that are being decoded. */
  readonly decodedBytesInAll: number
  /** Nodes of one report. */
  readonly nodes: number
  /** Nodes of all verified reports that are held. */
  readonly nodesInAll: number
  /** Connection records of one report. */
  readonly connections: number
  /** Connection records of all verified reports that are held. */
  readonly connectionsInAll: number
  /** All verified reports that are held, decoded (`ReportSize`). */
  readonly reportBytesInAll: number
  /** UTF-16 units of one text: a name, an id, the value of a fact or label. */
  readonly textLength: number
  /** Requests with a report, or with the proof that comes before one. */
  readonly postsPerSecond: number
  readonly postsPerSecondInAll: number
}

const MB = 1024 * 1024

/** What an app takes unless told otherwise: of 1,000 probes that report once a second, and now and then sooner. */
export const defaultIntake: IntakeChoices = {
  probes: 1000,
  bodyBytes: defaultLimits.bodyBytes,
  bodyBytesInAll: 64 * MB,
  decodedBytes: defaultLimits.decodedBytes,
  decodedBytesInAll: 256 * MB,
  nodes: defaultLimits.nodes,
  nodesInAll: 1_000_000,
  connections: defaultLimits.connections,
  connectionsInAll: 1_000_000,
  reportBytesInAll: 1024 * MB,
  textLength: defaultLimits.valueLength,
  postsPerSecond: 20,
  postsPerSecondInAll: 3000,
}
