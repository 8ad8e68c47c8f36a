import type { PropertyTable } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { numberFact, setFact, textFact } from '../../reports/node-facts.ts'
import { fullImageName } from '../naming/image-name.ts'

/** Made when it is first needed: it takes 15 ms, which an app that starts has other use for. */
const megabytes = (): Intl.NumberFormat => {
  formatter ??= new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte', maximumSignificantDigits: 3 })
  return formatter
}
let formatter: Intl.NumberFormat | undefined

/** A list of names and values; none when no name has a value. */
export const propertyTable = (
  id: string,
  label: string,
  properties: readonly (readonly [string, string | undefined])[],
): PropertyTable[] => {
  const rows = properties.flatMap(([name, value]) =>
    value === undefined ? [] : [{ id: `label_${name}`, entries: { label: name, value } }],
  )
  if (rows.length === 0) return []
  return [
    {
      id,
      label,
      type: 'property-list',
      columns: [
        { id: 'label', label: 'Name' },
        { id: 'value', label: 'Value' },
      ],
      rows,
    },
  ]
}

/** The labels of a container or image, by name. */
export const labelTable = (id: string, node: ReportNode | undefined): PropertyTable[] =>
  propertyTable(
    id,
    'Docker labels',
    Object.entries(node?.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  )

/** The environment variables of a container; empty when the probe does not send them. */
export const environmentTable = (container: ReportNode): PropertyTable[] =>
  propertyTable(
    'docker_env_',
    'Environment variables',
    setFact(container, facts.containerEnvironment).map((text) => {
      const [, name = text, value = ''] = /^([^=]*)=([\s\S]*)$/.exec(text) ?? []
      return [name, value]
    }),
  )

/** Facts about the image that a container was created from. */
export const imageTable = (container: ReportNode, image: ReportNode | undefined): PropertyTable[] => {
  const fact = (key: string) => (image && textFact(image, key)) ?? textFact(container, key)
  const sizeBytes = image && numberFact(image, facts.imageSize)
  return propertyTable('image_table', 'Image', [
    ['ID', fact(facts.imageId)],
    ['Name', fullImageName(image, container)],
    ['Tag', fact(facts.imageTag)],
    ['Created', fact(facts.imageCreated)],
    ['Size', sizeBytes === undefined ? undefined : megabytes().format(sizeBytes / 1e6)],
  ])
}
