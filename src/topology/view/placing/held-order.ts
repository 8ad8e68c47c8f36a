import type { HeldReport } from '../../held-report.ts'

/**
 * Sorts reports into a fixed order, so that the order of arrival never affects a view. Reports of verified probes
 * come first: where two reports have the same node, the first one wins.
 */
export const inOrder = (held: readonly HeldReport[]): HeldReport[] =>
  [...held].sort(
    (a, b) =>
      Number(b.verified) - Number(a.verified) ||
      compare(a.report.host.id, b.report.host.id) ||
      compare(a.report.envelope.probeId, b.report.envelope.probeId),
  )

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
