import type { MetadataRow, NodeSummary } from '../../api/types.ts'

const UNVERIFIED: MetadataRow = {
  id: 'verified',
  label: 'Verified',
  value: "no: its probe does not hold the app's cluster key",
  priority: 0,
}

/** The summary of a node that only an unverified probe tells of. */
export const unverifiedSummary = (summary: NodeSummary): NodeSummary => ({
  ...summary,
  verified: false,
  metadata: [UNVERIFIED, ...(summary.metadata ?? [])],
})
