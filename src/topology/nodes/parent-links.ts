import type { ReportNode } from '../../report/schema.ts'
import { containerOf, imageOf, parentsOf, type ReportIndex } from '../reports/report-index.ts'
import type { ParentLink } from '../types.ts'
import { imageIdentity } from './image-name.ts'
import { containerLabel, hostLabels } from './labels.ts'

/** Links to what a node belongs to: its container, the image of that, its host. */
export const parentLinks = (index: ReportIndex, node: ReportNode): ParentLink[] => {
  const container = node.topology === 'process' ? containerOf(index, node) : undefined
  return [
    ...(container ? [{ id: container.id, label: containerLabel(container), topologyId: 'containers' }] : []),
    ...imageLink(index, node.topology === 'container' ? node : container),
    ...(node.topology === 'host' ? [] : hostLinks(index, node)),
  ]
}

const imageLink = (index: ReportIndex, container: ReportNode | undefined): ParentLink[] => {
  const image = container && imageIdentity(container, imageOf(index, container))
  return image ? [{ ...image, topologyId: 'containers-by-image' }] : []
}

/** The link to the host of a node. */
export const hostLinks = (index: ReportIndex, node: ReportNode): ParentLink[] =>
  parentsOf(index, node, 'host').map((host) => ({
    id: host.id,
    label: hostLabels(host).label,
    topologyId: 'hosts',
  }))
