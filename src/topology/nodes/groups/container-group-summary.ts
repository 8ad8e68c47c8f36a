import type { MetadataRow, NodeSummary, ParentLink } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { imageOf, type ReportIndex } from '../../reports/index/report-index.ts'
import { labelValue } from '../../reports/node-facts.ts'
import { fullImageName } from '../naming/image-name.ts'
import { counted } from '../naming/labels.ts'

/** The identity of a node that stands for several containers. */
export interface ContainerGroupName {
  readonly id: string
  readonly label: string
  readonly rank: string
  /** Name of what it is part of: its project, stack or host. Empty when there is none. */
  readonly within: string
  readonly metadata?: readonly MetadataRow[]
}

/** The summary of a node that stands for several containers. */
export const containerGroupSummary = (
  { id, label, rank, within, metadata = [] }: ContainerGroupName,
  { count, parents }: { readonly count: number; readonly parents: readonly ParentLink[] },
): NodeSummary => {
  const containers = counted(count, 'container')
  return {
    id,
    label,
    labelMinor: within === '' ? containers : `${within} (${containers})`,
    rank,
    shape: 'hexagon',
    stack: true,
    metadata: [
      { id: 'container', label: 'Containers', value: String(count), priority: 1, dataType: 'number' },
      ...metadata,
    ],
    parents,
  }
}

/** The row with the image of a group of containers that share one. */
export const imageRow = (index: ReportIndex, container: ReportNode): MetadataRow[] => {
  const value = fullImageName(imageOf(index, container), container)
  return value === undefined ? [] : [{ id: facts.imageName, label: 'Image name', value, priority: 2 }]
}

/** A row with the value of a container's label; empty when the container does not have it. */
export const labelRow = (
  container: ReportNode,
  key: string,
  row: Omit<MetadataRow, 'id' | 'value'>,
): MetadataRow[] => {
  const value = labelValue(container, key)
  return value ? [{ id: key, ...row, value }] : []
}
