import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { imageIdentity } from '../nodes/naming/image-name.ts'
import { containerLabel, hostLabels, unitLabel } from '../nodes/naming/labels.ts'
import { containerOf, imageOf, parentOf, type ReportIndex } from '../reports/index/report-index.ts'
import { labelValue, textFact } from '../reports/node-facts.ts'
import { serviceOf } from '../reports/services.ts'
import { composeOf, stackOf } from '../reports/stacks.ts'
import { unitOf } from '../reports/systemd.ts'
import type { GroupKey } from './group-key.ts'
import { hostStem } from './host-names.ts'
import { containerReplica, processReplica } from './replicas.ts'

/** The group of all that is in no group of a grouping. */
export const restGroup: GroupKey = { key: '', label: 'others' }

/** A way to group the nodes of any view. */
export interface Grouping {
  /** Value of the query parameter `group`. */
  readonly value: string
  /** What a group of this kind is called. */
  readonly label: string
  /** A group of fewer nodes is not folded; 1 unless told. */
  readonly leastMembers?: number
  /**
   * The group of a container, an image, a host, or a process outside of containers (see {@link subjectOf}). A node
   * without a group (undefined) is not folded.
   */
  readonly groupOf: (index: ReportIndex, subject: ReportNode) => GroupKey | undefined
}

/** The node that decides the group: for a process in a container it is the container, else the node itself. */
export const subjectOf = (index: ReportIndex, node: ReportNode): ReportNode =>
  node.topology === 'process' ? (containerOf(index, node) ?? node) : node

const hostOf = (index: ReportIndex, node: ReportNode): ReportNode | undefined =>
  node.topology === 'host' ? node : parentOf(index, node, 'host')

const hostId = (host: ReportNode): string => host.id.split(';')[0] ?? host.id

/** A group within one host: a group of the same name on another host is a different one. */
const ofHost = (index: ReportIndex, node: ReportNode, name: string | undefined): GroupKey | undefined => {
  if (name === undefined) return undefined
  const host = hostOf(index, node)
  return host
    ? { key: `${hostId(host)};${name}`, label: name, place: hostLabels(host).label }
    : { key: name, label: name }
}

const named = (name: string | undefined): GroupKey | undefined =>
  name === undefined || name === '' ? undefined : { key: name, label: name }

const host: Grouping = {
  value: 'host',
  label: 'Host',
  groupOf: (index, node) => {
    const found = hostOf(index, node)
    return found && { key: hostId(found), label: hostLabels(found).label }
  },
}

const byHostName = (value: string, label: string, digits?: number): Grouping => ({
  value,
  label,
  // A host whose name is like no other is shown as itself.
  leastMembers: 2,
  groupOf: (index, node) => {
    const found = hostOf(index, node)
    return found && hostStem(found, digits)
  },
})

/** By what names of hosts have in common, from the finest to the coarsest. */
export const hostNameGroupings: readonly Grouping[] = [
  byHostName('host-name:1', 'Host name, by tens', 1),
  byHostName('host-name:2', 'Host name, by hundreds', 2),
  byHostName('host-name:3', 'Host name, by thousands', 3),
  byHostName('host-name', 'Host name'),
]

const container: Grouping = {
  value: 'container',
  label: 'Container',
  // A container of one process is shown as that process.
  leastMembers: 2,
  groupOf: (_index, node) =>
    node.topology === 'container' ? { key: node.id, label: containerLabel(node) } : undefined,
}

const service: Grouping = {
  value: 'service',
  label: 'Service',
  // A service without replicas is shown as the container that it is.
  leastMembers: 2,
  groupOf: (_index, node) => (node.topology === 'container' ? serviceOf(node) : undefined),
}

const replicas: Grouping = {
  value: 'replicas',
  label: 'Replicas',
  leastMembers: 2,
  groupOf: (index, node) => {
    if (node.topology === 'container') return containerReplica(node, imageOf(index, node))
    const ofProcess = node.topology === 'process' ? processReplica(node) : undefined
    const group = ofHost(index, node, ofProcess?.key)
    return group && ofProcess && { ...group, label: ofProcess.label }
  },
}

const compose: Grouping = {
  value: 'compose',
  label: 'Compose project',
  groupOf: (index, node) =>
    node.topology === 'container' ? ofHost(index, node, composeOf(node)?.project) : undefined,
}

const stack: Grouping = {
  value: 'stack',
  label: 'Stack',
  groupOf: (_index, node) => (node.topology === 'container' ? named(stackOf(node)) : undefined),
}

const image: Grouping = {
  value: 'image',
  label: 'Image',
  groupOf: (index, node) => {
    if (node.topology === 'container_image') return named(imageIdentity(undefined, node)?.label)
    return node.topology === 'container' ? named(imageIdentity(node, imageOf(index, node))?.label) : undefined
  },
}

const slice: Grouping = {
  value: 'slice',
  label: 'Systemd slice',
  groupOf: (index, node) => {
    const ofContainer = node.topology === 'container'
    const name = ofContainer
      ? index.derived.of(containerSlices, index).get(node.id)
      : textFact(node, facts.systemdSlice)
    return ofHost(index, node, name)
  },
}

const unit: Grouping = {
  value: 'unit',
  label: 'Systemd unit',
  // What runs once is shown as itself.
  leastMembers: 2,
  groupOf: (_index, node) => {
    const name = node.topology === 'process' ? unitOf(node) : undefined
    return name === undefined ? undefined : { key: name, label: unitLabel(name) }
  },
}

/** The systemd slice of each container, by container id. Only the container's processes have this fact. */
const containerSlices = (index: ReportIndex): ReadonlyMap<string, string> => {
  const slices = new Map<string, string>()
  for (const process of index.byTopology.process) {
    const name = textFact(process, facts.systemdSlice)
    const within = name === undefined ? undefined : containerOf(index, process)?.id
    const other = within === undefined ? undefined : slices.get(within)
    // If there are several, the choice must not depend on the order of processes.
    if (name !== undefined && within !== undefined && (other === undefined || name < other))
      slices.set(within, name)
  }
  return slices
}

/** Folds nothing but the pseudo nodes that are alike, as every grouping does. */
export const alike: Grouping = { value: 'alike', label: 'Alike addresses', groupOf: () => undefined }

/** The groupings that take no parameter. */
export const fixedGroupings: readonly Grouping[] = [
  host,
  ...hostNameGroupings,
  container,
  service,
  replicas,
  compose,
  stack,
  image,
  slice,
  unit,
  alike,
]

const LABEL = 'label:'
const MAX_KEY_LENGTH = 256

/** Groups containers by the value of a label. */
export const labelGrouping = (key: string): Grouping => ({
  value: `${LABEL}${key}`,
  label: `Label ${key}`,
  groupOf: (_index, node) => (node.topology === 'container' ? named(labelValue(node, key)) : undefined),
})

/** The grouping for a value of the query parameter `group`; undefined when there is none. */
export const findGrouping = (value: string): Grouping | undefined => {
  const key = value.startsWith(LABEL) ? value.slice(LABEL.length) : ''
  if (key !== '' && key.length <= MAX_KEY_LENGTH) return labelGrouping(key)
  return fixedGroupings.find((grouping) => grouping.value === value)
}

/** The values that `group` accepts, for error messages. */
export const groupingValues: readonly string[] = [
  ...fixedGroupings.map(({ value }) => value),
  `${LABEL}<key>`,
]
