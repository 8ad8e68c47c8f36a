import type { NodeSummary } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { imageOf, parentsOf, type ReportIndex } from '../reports/index/report-index.ts'
import { flagFact, numberFact, setFact, textFact } from '../reports/node-facts.ts'
import { stackLabels } from '../reports/stacks.ts'
import { withoutRoom } from '../without-room.ts'
import { fullImageName, imageIdentity } from './naming/image-name.ts'
import { containerLabel, hostLabels } from './naming/labels.ts'
import { nodeState } from './node-state.ts'
import { partOf, partOfField } from './part-of.ts'
import { listeningRows } from './rows/listening-rows.ts'
import { type MetadataTemplate, metadataRows } from './rows/metadata-rows.ts'
import { parentLinks } from './rows/parent-links.ts'
import { environmentTable, imageTable, labelTable, rowIdsIn } from './rows/tables.ts'

/**
 * The state of a container as text, without durations, which would change all the time: `exited (exit code 137, out
 * of memory)`, `running (unhealthy)`.
 */
const stateText = (container: ReportNode): string | undefined => {
  const state = textFact(container, facts.containerState)
  const exitCode = numberFact(container, facts.containerExitCode)
  const health = textFact(container, facts.containerHealth)
  const why = flagFact(container, facts.containerOomKilled) ? ', out of memory' : ''
  if ((state === 'exited' || state === 'restarting' || state === 'dead') && exitCode !== undefined)
    return `${state} (exit code ${exitCode}${why})`
  return state === 'running' && health !== undefined && health !== 'none' ? `running (${health})` : state
}

const templates = (image: ReportNode | undefined): MetadataTemplate[] => [
  {
    id: facts.imageTag,
    label: 'Image tag',
    priority: 1,
    value: (container) => textFact(container, facts.imageTag) ?? (image && textFact(image, facts.imageTag)),
  },
  {
    id: facts.imageName,
    label: 'Image name',
    priority: 2,
    value: (container) => fullImageName(image, container),
  },
  { id: facts.containerCommand, label: 'Command', priority: 3, dataType: 'code' },
  { id: facts.containerState, label: 'State', priority: 4, value: stateText },
  { id: facts.containerStarted, label: 'Started', priority: 5, dataType: 'datetime' },
  { id: facts.containerFinished, label: 'Ended', priority: 5, dataType: 'datetime' },
  { id: facts.containerRestarts, label: 'Restarts', priority: 6, dataType: 'number' },
  { id: facts.containerOomKills, label: 'Killed for memory', priority: 6, dataType: 'number' },
  { id: facts.containerHealthOutput, label: 'Health check said', priority: 6, dataType: 'code' },
  { id: facts.containerNetworks, label: 'Networks', priority: 7 },
  { id: facts.containerAddresses, label: 'IPs', priority: 8, dataType: 'ip' },
  { id: facts.containerPorts, label: 'Ports', priority: 9 },
  ...listeningRows(9),
  { id: facts.containerCreated, label: 'Created', priority: 10, dataType: 'datetime' },
  { id: facts.containerId, label: 'ID', priority: 11, dataType: 'code', truncate: 12 },
  { id: facts.containerHostname, label: 'Hostname', priority: 12 },
  {
    id: 'replica',
    label: 'Replica',
    priority: 12,
    dataType: 'number',
    value: (container) => container.labels?.[stackLabels.composeNumber],
  },
  { id: facts.containerNetworkMode, label: 'Network mode', priority: 13 },
  { id: facts.containerRestartPolicy, label: 'Restart policy', priority: 13 },
  {
    id: facts.containerCpuLimit,
    label: 'CPU limit',
    priority: 13,
    value: (container) => {
      const cores = numberFact(container, facts.containerCpuLimit)
      return cores === undefined
        ? undefined
        : `${Math.round(cores * 1000) / 1000} ${cores === 1 ? 'CPU' : 'CPUs'}`
    },
  },
  { id: facts.containerMemoryLimit, label: 'Memory limit', priority: 13, dataType: 'bytes' },
  {
    id: facts.containerPrivileged,
    label: 'Privileged',
    priority: 14,
    value: (container) => (flagFact(container, facts.containerPrivileged) ? 'yes' : undefined),
  },
  {
    id: facts.containerReachesHost,
    label: 'Reaches its host',
    priority: 14,
    value: (container) => setFact(container, facts.containerReachesHost).join('\n') || undefined,
  },
  {
    id: facts.containerMounts,
    label: 'Mounts',
    priority: 15,
    value: (container) => setFact(container, facts.containerMounts).join('\n') || undefined,
  },
  { id: facts.weaveAddresses, label: 'Weave IPs', priority: 17, dataType: 'ip' },
  { id: facts.weaveMacAddresses, label: 'Weave MAC', priority: 17, dataType: 'code' },
  { id: facts.weaveDnsNames, label: 'Weave DNS name', priority: 18 },
]

/** The summary of a container. */
export const containerSummary = (index: ReportIndex, container: ReportNode): NodeSummary => {
  const image = imageOf(index, container)
  const [host] = parentsOf(index, container, 'host')
  const state = nodeState(container)
  const rowIds = rowIdsIn(index)
  return {
    id: container.id,
    label: containerLabel(container),
    labelMinor: host ? hostLabels(host).label : '',
    rank: imageIdentity(container, image)?.label ?? index.report.host.id,
    ...partOfField(partOf(index, container)),
    shape: 'hexagon',
    ...(state ? { state } : {}),
    metadata: metadataRows(container, templates(image)),
    parents: parentLinks(index, container),
    tables: withoutRoom([
      ...environmentTable(container, rowIds),
      ...labelTable('docker_label_', container, rowIds),
      ...imageTable(container, image, rowIds),
    ]),
  }
}
