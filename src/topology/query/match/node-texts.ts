import type { MetadataRow, NodeSummary, PropertyTable } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import { fold } from '../language/pattern.ts'

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
  ...(node.state ? [{ field: 'state', label: 'State', text: node.state }] : []),
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

/** The rows of a node whose id or label is one of these names. @param names normalised by {@link rowName} */
export const rowsNamed = (node: NodeSummary, names: ReadonlySet<string>): readonly MetadataRow[] =>
  (node.metadata ?? []).filter(({ id, label }) => names.has(rowNames(id)) || names.has(rowNames(label)))

const known = new Map<string, string>()

// Cached, because the same few dozen names are normalised for every node.
const rowNames = (name: string): string => {
  const remembered = known.get(name)
  if (remembered !== undefined) return remembered
  const made = rowName(name)
  if (known.size >= 4096) known.clear()
  known.set(name, made)
  return made
}

interface Folded {
  readonly of: NodeSummary
  /** All texts in lower case, joined by newlines, so that one search covers them all. */
  readonly joined: string
  readonly each: readonly string[]
  /** Cache of field values in lower case ({@link foldedValues}). */
  readonly fields: Map<string, readonly string[]>
}

const remembered = new WeakMap<object, Folded>()

/**
 * The texts of a node in lower case. Cached, and shared by versions of a node that differ only in metrics and edges.
 */
export const foldedTexts = (node: NodeSummary): Folded => {
  // When only metrics change, the new node object has the same metadata object.
  const key = node.metadata ?? node
  const before = remembered.get(key)
  if (before !== undefined && hasSameTexts(before.of, node)) return before
  const each = textsOf(node).map(({ text }) => fold(text))
  const folded = { of: node, joined: each.join('\n'), each, fields: new Map() }
  remembered.set(key, folded)
  return folded
}

/**
 * The values of a field of a node in lower case, cached with its texts.
 *
 * @param field one of a fixed set of names, not a name from a query, because the cache is not bounded
 */
export const foldedValues = (
  node: NodeSummary,
  field: string,
  read: (node: NodeSummary) => readonly string[],
): readonly string[] => {
  const { fields } = foldedTexts(node)
  const known = fields.get(field)
  if (known !== undefined) return known
  const values = read(node).map(fold)
  fields.set(field, values)
  return values
}

/** Whether two versions of a node say the same, apart from numbers; false also when their rows are other objects that are equal. */
export const hasSameTexts = (a: NodeSummary, b: NodeSummary): boolean =>
  a === b ||
  (a.id === b.id &&
    a.label === b.label &&
    a.labelMinor === b.labelMinor &&
    a.state === b.state &&
    a.metadata === b.metadata &&
    a.parents === b.parents &&
    a.tables === b.tables &&
    a.group?.id === b.group?.id)
