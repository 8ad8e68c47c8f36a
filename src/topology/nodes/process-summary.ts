import type { NodeSummary } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { flagFact, numberFact, textFact } from '../reports/node-facts.ts'
import { containerOf, parentsOf, type ReportIndex } from '../reports/report-index.ts'
import { containerLabel, hostLabels, processLabel } from './naming/labels.ts'
import { listeningRows } from './rows/listening-rows.ts'
import { type MetadataTemplate, metadataRows } from './rows/metadata-rows.ts'
import { parentLinks } from './rows/parent-links.ts'

const rows: readonly MetadataTemplate[] = [
  { id: facts.pid, label: 'PID', priority: 1, dataType: 'number' },
  { id: facts.commandLine, label: 'Command', priority: 2, dataType: 'code' },
  { id: facts.ppid, label: 'Parent PID', priority: 3, dataType: 'number' },
  { id: facts.threads, label: 'Threads', priority: 4, dataType: 'number' },
  { id: facts.startedAt, label: 'Started', priority: 5, dataType: 'datetime' },
  { id: facts.systemdUnit, label: 'Systemd unit', priority: 6 },
  { id: facts.exitedCount, label: 'Exited processes', priority: 7, dataType: 'number' },
  ...listeningRows(8),
  { id: facts.networkNamespace, label: 'Network namespace', priority: 11 },
  { id: facts.systemdSlice, label: 'Systemd slice', priority: 12 },
]

/** A process, or several alike that have exited. */
export const processSummary = (index: ReportIndex, process: ReportNode): NodeSummary => {
  const exitedCount = numberFact(process, facts.exitedCount) ?? 0
  const [host] = parentsOf(index, process, 'host')
  const container = containerOf(index, process)
  const which = exitedCount > 1 ? `${exitedCount} exited` : (textFact(process, facts.pid) ?? '')
  const place = [container && containerLabel(container), which].filter((part) => part).join(':')
  const hostLabel = host ? hostLabels(host).label : index.report.host.name
  return {
    id: process.id,
    label: processLabel(process),
    labelMinor: place === '' ? hostLabel : `${hostLabel} (${place})`,
    rank: process.name || index.report.host.id,
    shape: 'square',
    ...(exitedCount > 1 ? { stack: true } : {}),
    ...(exitedCount > 0 || flagFact(process, facts.exited) ? { state: 'exited' } : {}),
    metadata: metadataRows(process, rows),
    parents: parentLinks(index, process),
  }
}

/** How many processes a node stands for. */
export const processCount = (process: ReportNode): number =>
  Math.max(1, numberFact(process, facts.exitedCount) ?? 1)
