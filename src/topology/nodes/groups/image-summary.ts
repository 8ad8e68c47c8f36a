import type { MetadataRow, NodeSummary, ParentLink } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { counted } from '../naming/labels.ts'
import { type MetadataTemplate, metadataRows } from '../rows/metadata-rows.ts'
import { labelTable } from '../rows/tables.ts'

const rows: readonly MetadataTemplate[] = [
  { id: facts.imageTag, label: 'Image tag', priority: 1 },
  { id: facts.imageName, label: 'Image name', priority: 3 },
  { id: facts.imageSize, label: 'Size', priority: 4, dataType: 'bytes' },
  { id: facts.imageCreated, label: 'Created', priority: 10, dataType: 'datetime' },
  { id: facts.imageId, label: 'ID', priority: 11, dataType: 'code', truncate: 12 },
]

/**
 * The summary of all images of one name, with the facts of one of them and the number of their containers in the
 * view.
 */
export const imageSummary = (
  identity: { readonly id: string; readonly label: string },
  image: ReportNode | undefined,
  containers: number,
  parents: readonly ParentLink[],
): NodeSummary => {
  const count: MetadataRow = {
    id: 'container',
    label: 'Containers',
    value: String(containers),
    priority: 2,
    dataType: 'number',
  }
  const known = image ? metadataRows(image, rows) : []
  return {
    id: identity.id,
    label: identity.label,
    labelMinor: counted(containers, 'container'),
    rank: identity.label,
    shape: 'image',
    stack: true,
    metadata: [...known, count].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0)),
    parents,
    tables: labelTable('docker_image_label_', image),
  }
}
