import type { NodeSummary } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { hostLabels } from './naming/labels.ts'
import { type MetadataTemplate, metadataRows } from './rows/metadata-rows.ts'

const rows: readonly MetadataTemplate[] = [
  { id: facts.kernelVersion, label: 'Kernel version', priority: 1 },
  { id: facts.bootedAt, label: 'Booted', priority: 2, dataType: 'datetime' },
  { id: facts.cpuCount, label: 'CPUs', priority: 3, dataType: 'number' },
  { id: facts.hostName, label: 'Hostname', priority: 11 },
  { id: facts.os, label: 'OS', priority: 12 },
  { id: facts.localNetworks, label: 'Local networks', priority: 13, dataType: 'ip' },
  { id: facts.scopeVersion, label: 'Scope version', priority: 14 },
  { id: facts.weavePeerName, label: 'Weave Net peer', priority: 15, dataType: 'code' },
]

/** The summary of a host. */
export const hostSummary = (host: ReportNode): NodeSummary => {
  const { label, domain } = hostLabels(host)
  return {
    id: host.id,
    label,
    labelMinor: domain,
    rank: domain,
    shape: 'circle',
    metadata: metadataRows(host, rows),
  }
}
