import type { NodeSummary } from '../../../src/api/types.ts'
import type { ColumnKind } from './column.ts'

/** A name in the lists of names and values that nodes have: a label, an environment variable, something told of an image. */
export interface PropertyName {
  /** Id of its column. */
  readonly id: string
  /** Head of its column. */
  readonly label: string
  readonly kind: ColumnKind
  readonly name: string
}

/** The names that a node has values for. Those with a comma are left out, since addresses separate columns by commas. */
export function propertiesOf({ tables = [] }: NodeSummary): readonly PropertyName[] {
  return tables.flatMap((table) =>
    table.type === 'property-list'
      ? table.rows.flatMap(({ entries: { label: name } }) =>
          name === undefined || name.includes(',') ? [] : [named(table.id, name)],
        )
      : [],
  )
}

/** The value that a node has for a name; undefined when it has none. */
export function propertyValue(
  { tables = [] }: NodeSummary,
  { name, kind }: PropertyName,
): string | undefined {
  for (const { id, type, rows } of tables) {
    if (type !== 'property-list' || named(id, name).kind !== kind) continue
    const value = rows.find(({ entries }) => entries.label === name)?.entries.value
    if (value) return value
  }
  return undefined
}

/** What a value is ordered by: of an image's size the number of megabytes, of all else the text. */
export function propertyOrder(value: string, kind: ColumnKind): number | string {
  const size = kind === 'Image' ? /^([\d,.]+)\sMB$/.exec(value)?.[1] : undefined
  return size === undefined ? value : Number(size.replaceAll(',', ''))
}

function named(tableId: string, name: string): PropertyName {
  switch (tableId) {
    case 'docker_env_':
      return { id: `env.${name}`, label: name, kind: 'Environment', name }
    case 'image_table':
      return { id: `image.${name}`, label: `${name} (image)`, kind: 'Image', name }
    default:
      return { id: `label.${name}`, label: name, kind: 'Labels', name }
  }
}
