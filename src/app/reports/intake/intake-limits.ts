import type { AllowanceRate } from '../../../pacing/allowance.ts'
import { defaultLimits, type ReportLimits } from '../../../report/limits.ts'
import { defaultUploadLimits, type UploadLimits } from '../uploads.ts'
import type { IntakeChoices } from './intake-choices.ts'

/** Limits of what probes send. */
export interface IntakeLimits {
  /** Of one report of a verified probe. */
  readonly report: ReportLimits
  /** Posts of one probe. */
  readonly postsPerSecond: number
  readonly uploads: UploadLimits
  /** Of all verified probes together. */
  readonly inAll: Pick<ReportLimits, 'bodyBytes' | 'decodedBytes' | 'nodes' | 'connections'> & {
    readonly probes: number
    readonly reportBytes: number
    readonly postsPerSecond: number
  }
}

/** What follows from the choices. What nobody chooses stays in proportion to what it belongs to. */
export const intakeLimitsOf = (choices: IntakeChoices): IntakeLimits => {
  const { bodyBytes, decodedBytes, nodes, connections, textLength } = choices
  const inProportion = (limit: number, share: number): number => Math.max(1, Math.floor(limit * share))
  const ofNodes = nodes / defaultLimits.nodes
  const report: ReportLimits = {
    ...{ ...defaultLimits, bodyBytes, decodedBytes, nodes, connections },
    values: inProportion(defaultLimits.values, decodedBytes / defaultLimits.decodedBytes),
    metrics: inProportion(defaultLimits.metrics, ofNodes),
    listeners: inProportion(defaultLimits.listeners, ofNodes),
    // Up to two of each connection, and those that nodes have.
    addresses:
      2 * connections + inProportion(defaultLimits.addresses - 2 * defaultLimits.connections, ofNodes),
    nameLength: Math.min(defaultLimits.nameLength, textLength),
    valueLength: textLength,
  }
  return {
    report,
    postsPerSecond: choices.postsPerSecond,
    uploads: {
      ...defaultUploadLimits,
      heldBytes: choices.bodyBytesInAll,
      heldBytesPerAddress: Math.max(bodyBytes, Math.floor(choices.bodyBytesInAll / 2)),
    },
    inAll: {
      probes: choices.probes,
      bodyBytes: choices.bodyBytesInAll,
      decodedBytes: choices.decodedBytesInAll,
      nodes: choices.nodesInAll,
      connections: choices.connectionsInAll,
      reportBytes: choices.reportBytesInAll,
      postsPerSecond: choices.postsPerSecondInAll,
    },
  }
}

/** So many bodies may be decoded at the same time: as many of the largest as may be there in all. */
export const decodedAtOnce = ({ report, inAll }: Pick<IntakeLimits, 'report' | 'inAll'>): number =>
  Math.max(1, Math.floor(inAll.decodedBytes / report.decodedBytes))

/** Whoever begins sends several posts for one report: a challenge, a proof, a whole report. */
const LEAST_BURST = 10

/** The allowance of posts for a rate: after a pause, those of two seconds at once. */
export const postRate = (perSecond: number): AllowanceRate => ({
  perSecond,
  burst: Math.max(LEAST_BURST, 2 * perSecond),
})
