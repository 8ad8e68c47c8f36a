import type { HeldReport } from '../held-report.ts'

/**
 * A fixed order of reports, so that the order in which they came never shows. Where two name the same node, that of a
 * probe which proved itself comes first.
 */
export const inOrder = (held: readonly HeldReport[]): HeldReport[] =>
  [...held].sort(
    (a, b) =>
      Number(b.verified) - Number(a.verified) ||
      compare(a.report.host.id, b.report.host.id) ||
      compare(a.report.envelope.probeId, b.report.envelope.probeId),
  )

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
