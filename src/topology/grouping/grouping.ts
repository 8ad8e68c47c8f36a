import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { imageIdentity } from '../nodes/naming/image-name.ts'
import { hostLabels } from '../nodes/naming/labels.ts'
import { labelValue, textFact } from '../reports/node-facts.ts'
import { containerOf, imageOf, parentOf, type ReportIndex } from '../reports/report-index.ts'
import { composeOf, stackOf } from '../reports/stacks.ts'

/** A group that a node belongs to. Equal keys, same group, whatever the report. */
export interface GroupKey {
  readonly key: string
  readonly label: string
  /** The host, of groups that are of one host each. */
  readonly place?: string
}

/** A way to fold the nodes of any view. */
export interface Grouping {
  /** Value of the query parameter `group`. */
  readonly value: string
  /** What one of its groups is. */
  readonly label: string
  /**
   * The group of a container, image, host, or process in no container ({@link subjectOf}); undefined when it has none: it
   * stays what it is.
   */
  readonly groupOf: (index: ReportIndex, subject: ReportNode) => GroupKey | undefined
}

/** What tells the group of a node: of a process in a container, the container. */
export const subjectOf = (index: ReportIndex, node: ReportNode): ReportNode =>
  node.topology === 'process' ? (containerOf(index, node) ?? node) : node

const hostOf = (index: ReportIndex, node: ReportNode): ReportNode | undefined =>
  node.topology === 'host' ? node : parentOf(index, node, 'host')

const hostId = (host: ReportNode): string => host.id.split(';')[0] ?? host.id

/** A group that means something on one host only: of the same name on another it is another one. */
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
    const name = ofContainer ? containerSlices(index).get(node.id) : textFact(node, facts.systemdSlice)
    return ofHost(index, node, name)
  },
}

const slicesByIndex = new WeakMap<ReportIndex, ReadonlyMap<string, string>>()

/** The slice that the processes of each container are in: a container itself has none. */
const containerSlices = (index: ReportIndex): ReadonlyMap<string, string> => {
  const known = slicesByIndex.get(index)
  if (known) return known
  const slices = new Map<string, string>()
  for (const process of index.byTopology.process) {
    const name = textFact(process, facts.systemdSlice)
    const within = name === undefined ? undefined : containerOf(index, process)?.id
    const other = within === undefined ? undefined : slices.get(within)
    // Of several, the same one in every report.
    if (name !== undefined && within !== undefined && (other === undefined || name < other))
      slices.set(within, name)
  }
  slicesByIndex.set(index, slices)
  return slices
}

/** Ways to fold that need nothing told. */
export const fixedGroupings: readonly Grouping[] = [host, compose, stack, image, slice]

const LABEL = 'label:'
const MAX_KEY_LENGTH = 256

/** Folds by the value of a container's label. */
export const labelGrouping = (key: string): Grouping => ({
  value: `${LABEL}${key}`,
  label: `Label ${key}`,
  groupOf: (_index, node) => (node.topology === 'container' ? named(labelValue(node, key)) : undefined),
})

/** The way to fold that a value of the query parameter `group` names; undefined when there is none such. */
export const findGrouping = (value: string): Grouping | undefined => {
  const key = value.startsWith(LABEL) ? value.slice(LABEL.length) : ''
  if (key !== '' && key.length <= MAX_KEY_LENGTH) return labelGrouping(key)
  return fixedGroupings.find((grouping) => grouping.value === value)
}

/** What `group` can be given, in words. */
export const groupingValues: readonly string[] = [
  ...fixedGroupings.map(({ value }) => value),
  `${LABEL}<key>`,
]
