import type { MetadataRow, NodeSummary, PropertyTable } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import { fold } from '../language/pattern.ts'

/** A text that a node shows, and as what. */
export interface NodeText {
  /** Name of a field, or id of a row. */
  readonly field: string
  /** For people. */
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

/** Every text that a node shows, what names it first. */
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

/** An image as people write it, such as `nginx:1.25`: rows tell its name and its tag apart. Empty without both. */
export const imageWithTag = ({ metadata = [] }: NodeSummary): readonly string[] => {
  const row = (wanted: string) => metadata.find(({ id }) => id === wanted)?.value
  const name = row(facts.imageName)
  const tag = row(facts.imageTag)
  return name === undefined || tag === undefined || name.endsWith(`:${tag}`) ? [] : [`${name}:${tag}`]
}

/** Properties of a table as `name=value`. */
const tableTexts = (table: PropertyTable): NodeText[] => {
  const family = familyOfTable(table)
  return table.rows.map(({ entries: { label: name = '', value = '' } }) => ({
    field: family === undefined ? table.id : `${family}.${name}`,
    label: family === undefined ? table.label : name,
    text: family === undefined ? value : `${name}=${value}`,
  }))
}

/** Whether a table holds labels, or variables of the environment. */
export const familyOfTable = ({ id }: PropertyTable): 'label' | 'env' | undefined => {
  if (id.includes('label')) return 'label'
  return /(^|_)env(_|$)/.test(id) ? 'env' : undefined
}

/** Names of rows are compared by their letters and digits, without capitals: `image_tag` is `Image tag`. */
export const rowName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** The rows of a node with one of these ids or labels, written as {@link rowName} does. */
export const rowsNamed = (node: NodeSummary, names: ReadonlySet<string>): readonly MetadataRow[] =>
  (node.metadata ?? []).filter(({ id, label }) => names.has(rowNames(id)) || names.has(rowNames(label)))

const known = new Map<string, string>()

// The same few dozen names are asked for of every node.
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
  /** All texts, folded, each on its line: what occurs in one of them occurs here. */
  readonly joined: string
  readonly each: readonly string[]
  /** Values of fields that were asked for, folded. */
  readonly fields: Map<string, readonly string[]>
}

const remembered = new WeakMap<object, Folded>()

/** The texts of a node in lower case. Made once for all nodes that differ but in their numbers. */
export const foldedTexts = (node: NodeSummary): Folded => {
  // A node is made anew with each metric, around facts that stay.
  const key = node.metadata ?? node
  const before = remembered.get(key)
  if (before !== undefined && sameTexts(before.of, node)) return before
  const each = textsOf(node).map(({ text }) => fold(text))
  const folded = { of: node, joined: each.join('\n'), each, fields: new Map() }
  remembered.set(key, folded)
  return folded
}

/**
 * The values of a field of a node in lower case, made once like its texts.
 *
 * @param field one of the few that there are, not a name that anybody may make up
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

const sameTexts = (a: NodeSummary, b: NodeSummary): boolean =>
  a === b ||
  (a.id === b.id &&
    a.label === b.label &&
    a.labelMinor === b.labelMinor &&
    a.state === b.state &&
    a.metadata === b.metadata &&
    a.parents === b.parents &&
    a.tables === b.tables &&
    a.group?.id === b.group?.id)
