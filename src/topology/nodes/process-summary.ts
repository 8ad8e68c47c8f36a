import type { NodeSummary } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { containerOf, parentsOf, type ReportIndex } from '../reports/index/report-index.ts'
import { numberFact, textFact } from '../reports/node-facts.ts'
import { containerLabel, counted, hostLabels, processLabel } from './naming/labels.ts'
import { nodeState } from './node-state.ts'
import { partOf, partOfField } from './part-of.ts'
import { listeningRows } from './rows/listening-rows.ts'
import { type MetadataTemplate, metadataRows } from './rows/metadata-rows.ts'
import { parentLinks } from './rows/parent-links.ts'

const STATES: ReadonlyMap<string, string> = new Map([
  ['stopped', 'stopped by a signal'],
  ['traced', 'stopped by a debugger'],
  ['uninterruptible', 'waits for a device (uninterruptible)'],
])

/** The state of a process as text; undefined when it runs as usual. */
const stateText = (process: ReportNode): string | undefined => {
  const state = textFact(process, facts.processState)
  return state === undefined ? undefined : (STATES.get(state) ?? state)
}

const rows: readonly MetadataTemplate[] = [
  { id: facts.pid, label: 'PID', priority: 1, dataType: 'number' },
  { id: facts.commandLine, label: 'Command', priority: 2, dataType: 'code' },
  {
    id: facts.user,
    label: 'User',
    priority: 3,
    value: (process) => {
      const [name, uid] = [textFact(process, facts.user), textFact(process, facts.uid)]
      return name === undefined || uid === undefined ? (name ?? uid) : `${name} (${uid})`
    },
  },
  { id: facts.processState, label: 'State', priority: 3, value: stateText },
  { id: facts.ppid, label: 'Parent PID', priority: 3, dataType: 'number' },
  { id: facts.threads, label: 'Threads', priority: 4, dataType: 'number' },
  { id: facts.startedAt, label: 'Started', priority: 5, dataType: 'datetime' },
  { id: facts.systemdUnit, label: 'Systemd unit', priority: 6 },
  { id: facts.exitedCount, label: 'Exited processes', priority: 7, dataType: 'number' },
  ...listeningRows(8),
  { id: facts.executable, label: 'Executable', priority: 10, dataType: 'code' },
  { id: facts.workingDirectory, label: 'Working directory', priority: 11, dataType: 'code' },
  { id: facts.networkNamespace, label: 'Network namespace', priority: 11 },
  { id: facts.systemdSlice, label: 'Systemd slice', priority: 12 },
]

/** The summary of a process, or of several exited processes that the probe reports as one node. */
export const processSummary = (index: ReportIndex, process: ReportNode): NodeSummary => {
  const exitedCount = numberFact(process, facts.exitedCount) ?? 0
  const [host] = parentsOf(index, process, 'host')
  const container = containerOf(index, process)
  const which =
    exitedCount > 0 ? counted(exitedCount, 'exited', 'exited') : (textFact(process, facts.pid) ?? '')
  const place = [container && containerLabel(container), which].filter((part) => part).join(':')
  const state = nodeState(process)
  const hostLabel = host ? hostLabels(host).label : index.report.host.name
  return {
    id: process.id,
    label: processLabel(process),
    labelMinor: place === '' ? hostLabel : `${hostLabel} (${place})`,
    rank: process.name || index.report.host.id,
    ...partOfField(partOf(index, process)),
    shape: 'square',
    ...(exitedCount > 1 ? { stack: true } : {}),
    ...(state ? { state } : {}),
    metadata: metadataRows(process, rows),
    parents: parentLinks(index, process),
  }
}

/** How many processes a node of a report stands for. */
export const processCount = (process: ReportNode): number =>
  Math.max(1, numberFact(process, facts.exitedCount) ?? 1)
