import type { PropertyTable } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { numberFact, setFact, textFact } from '../../reports/node-facts.ts'
import { withoutRoom } from '../../without-room.ts'
import { fullImageName } from '../naming/image-name.ts'

/** Made when it is first needed: it takes 15 ms, which an app that starts has other use for. */
const megabytes = (): Intl.NumberFormat => {
  formatter ??= new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte', maximumSignificantDigits: 3 })
  return formatter
}
let formatter: Intl.NumberFormat | undefined

/** Of all lists of names and values. */
const COLUMNS: PropertyTable['columns'] = [
  { id: 'label', label: 'Name' },
  { id: 'value', label: 'Value' },
]

/** The ids of rows by their names: most containers of a host have labels of the same names, and each id is one text for all of them. */
export type RowIds = Map<string, string>

/** The ids of the rows of a report's tables. */
export const rowIdsIn = ({ told }: ReportIndex): RowIds => told.of(noRowIds, undefined)

const noRowIds = (): RowIds => new Map()

const rowId = (name: string, ids: RowIds): string => {
  const known = ids.get(name)
  if (known !== undefined) return known
  const id = `label_${name}`
  ids.set(name, id)
  return id
}

/** A list of names and values; none when no name has a value. */
export const propertyTable = (
  id: string,
  label: string,
  properties: readonly (readonly [string, string | undefined])[],
  ids: RowIds = new Map(),
): PropertyTable[] => {
  const rows = properties.flatMap(([name, value]) =>
    value === undefined ? [] : [{ id: rowId(name, ids), entries: { label: name, value } }],
  )
  if (rows.length === 0) return []
  return [
    {
      id,
      label,
      type: 'property-list',
      columns: COLUMNS,
      rows: withoutRoom(rows),
    },
  ]
}

/** The labels of a container or image, by name. */
export const labelTable = (id: string, node: ReportNode | undefined, ids?: RowIds): PropertyTable[] =>
  propertyTable(
    id,
    'Docker labels',
    Object.entries(node?.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    ids,
  )

/** The environment variables of a container; empty when the probe does not send them. */
export const environmentTable = (container: ReportNode, ids?: RowIds): PropertyTable[] =>
  propertyTable(
    'docker_env_',
    'Environment variables',
    setFact(container, facts.containerEnvironment).map((text) => {
      const [, name = text, value = ''] = /^([^=]*)=([\s\S]*)$/.exec(text) ?? []
      return [name, value]
    }),
    ids,
  )

/** Facts about the image that a container was created from. */
export const imageTable = (
  container: ReportNode,
  image: ReportNode | undefined,
  ids?: RowIds,
): PropertyTable[] => {
  const fact = (key: string) => (image && textFact(image, key)) ?? textFact(container, key)
  const sizeBytes = image && numberFact(image, facts.imageSize)
  const rows = [
    ['ID', fact(facts.imageId)],
    ['Name', fullImageName(image, container)],
    ['Tag', fact(facts.imageTag)],
    ['Created', fact(facts.imageCreated)],
    ['Size', sizeBytes === undefined ? undefined : megabytes().format(sizeBytes / 1e6)],
  ] as const
  return propertyTable('image_table', 'Image', rows, ids)
}
