import type { MetadataRow, NodeSummary, PropertyTable } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import { badgesOf } from '../../trouble.ts'

/** A text of a node, and the field it belongs to. */
export interface NodeText {
  /** Name of a field, or id of a row. */
  readonly field: string
  /** Name of the field as shown to users. */
  readonly label: string
  readonly text: string
}

const PARENT_FIELDS: ReadonlyMap<string, readonly [field: string, label: string]> = new Map(
  Object.entries<readonly [field: string, label: string]>({
    hosts: ['host', 'Host'],
    containers: ['container', 'Container'],
    'containers-by-image': ['image', 'Image'],
    'compose-projects': ['project', 'Compose project'],
    'compose-services': ['service', 'Compose service'],
    'swarm-services': ['service', 'Swarm service'],
    'systemd-units': ['unit', 'Systemd unit'],
  }),
)

/** All searchable texts of a node, those that name it first. */
export const textsOf = (node: NodeSummary): NodeText[] => [
  { field: 'name', label: 'Name', text: node.label },
  ...(node.labelMinor ? [{ field: 'details', label: 'Details', text: node.labelMinor }] : []),
  ...badgesOf(node).map((text) => ({ field: 'state', label: 'State', text })),
  ...(node.parents ?? []).map(({ topologyId, label: text }) => {
    const [field, label] = PARENT_FIELDS.get(topologyId) ?? [topologyId, 'Part of']
    return { field, label, text }
  }),
  ...imageWithTag(node).map((text) => ({ field: 'image', label: 'Image', text })),
  ...(node.metadata ?? []).map(({ id, label, value }) => ({ field: id, label, text: value })),
  ...(node.tables ?? []).flatMap(tableTexts),
  { field: 'id', label: 'ID', text: node.id },
]

/**
 * The image with its tag, such as `nginx:1.25`, put together from the rows for name and tag. Empty when one is
 * missing, or when the name already ends with the tag.
 */
export const imageWithTag = ({ metadata = [] }: NodeSummary): readonly string[] => {
  const row = (wanted: string) => metadata.find(({ id }) => id === wanted)?.value
  const name = row(facts.imageName)
  const tag = row(facts.imageTag)
  return name === undefined || tag === undefined || name.endsWith(`:${tag}`) ? [] : [`${name}:${tag}`]
}

/** Rows of a table as texts; labels and environment variables as `name=value`. */
const tableTexts = (table: PropertyTable): NodeText[] => {
  const family = familyOfTable(table)
  const columns = table.columns.map(({ id }) => id)
  const [first = 'label', ...others] = columns.length > 0 ? columns : ['label', 'value']
  return table.rows.map(({ entries }) => {
    const name = entries[first] ?? ''
    const value = others.flatMap((id) => entries[id] ?? []).join(' ')
    return {
      field: family === undefined ? table.id : `${family}.${name}`,
      label: family === undefined ? table.label : name,
      text: family !== undefined ? `${name}=${value}` : others.length > 1 ? `${name} ${value}` : value,
    }
  })
}

/** Whether a table holds labels or environment variables; undefined when neither. */
export const familyOfTable = ({ id }: PropertyTable): 'label' | 'env' | undefined => {
  if (id.includes('label')) return 'label'
  return /(^|_)env(_|$)/.test(id) ? 'env' : undefined
}

/**
 * Normalises the name of a row for comparison: only letters and digits, in lower case, so that `image_tag` equals
 * `Image tag`.
 */
export const rowName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** Names of rows whose answer is remembered: there are a few dozen, but a report may have any. */
const MAX_NAMES = 1024

/**
 * Returns a reader of the rows of a node whose id or label is this name. It remembers which names are, since the same few are asked about
 * for every node.
 *
 * @param wanted normalised by {@link rowName}
 */
export const rowsNamed = (wanted: string): ((node: NodeSummary) => readonly MetadataRow[]) => {
  const known = new Map<string, boolean>()
  const isWanted = (name: string): boolean => {
    const before = known.get(name)
    if (before !== undefined) return before
    const is = rowName(name) === wanted
    if (known.size < MAX_NAMES) known.set(name, is)
    return is
  }
  return ({ metadata = [] }) => metadata.filter(({ id, label }) => isWanted(id) || isWanted(label))
}

/** Whether two versions of a node say the same, apart from numbers; false also when their rows are other objects that are equal. */
export const hasSameTexts = (a: NodeSummary, b: NodeSummary): boolean =>
  a === b ||
  (a.id === b.id &&
    a.label === b.label &&
    a.labelMinor === b.labelMinor &&
    a.state === b.state &&
    a.trouble === b.trouble &&
    a.metadata === b.metadata &&
    a.parents === b.parents &&
    a.tables === b.tables &&
    a.group?.id === b.group?.id)
