import type { ReportNode } from '../../../report/schema.ts'
import { imageIdentity } from '../../nodes/image-name.ts'
import { imageSummary } from '../../nodes/image-summary.ts'
import { hostLinks } from '../../nodes/parent-links.ts'
import { imageOf, type ReportIndex } from '../../reports/report-index.ts'
import { placedGroup } from '../group.ts'
import { containerOptions, type ViewOptions } from '../options.ts'
import type { PlacedNode, Placement, ViewDefinition } from '../placement.ts'
import { containment, uncontained, visibleContainers } from './visible-containers.ts'

const UNKNOWN_IMAGE = { id: 'unknown;<container_image>', label: 'unknown image' }

const place = (index: ReportIndex, options: ViewOptions): Placement => {
  const identityOf = (container: ReportNode) =>
    imageIdentity(container, imageOf(index, container)) ?? UNKNOWN_IMAGE
  const visible = visibleContainers(index, options)
  const shown = new Set(visible)
  const outside = uncontained(index, options)
  const nodes = new Map<string, PlacedNode>()
  for (const [id, containers] of Map.groupBy(visible, (container) => identityOf(container).id)) {
    const [first] = containers
    if (first === undefined) continue
    const image = imageOf(index, first)
    nodes.set(
      id,
      placedGroup({
        count: containers.length,
        parents: hostLinks(index, first),
        summarise: (count, parents) => imageSummary(identityOf(first), image, count, parents),
      }),
    )
  }
  if (outside) nodes.set(outside.summary.id, outside)
  return {
    nodes,
    hidden: index.byTopology.container.length - visible.length,
    nodeOf: (id) => {
      const within = containment(index, id)
      if (within === undefined) return undefined
      if (within.container === undefined) return outside?.summary.id
      return shown.has(within.container) ? identityOf(within.container).id : undefined
    },
  }
}

/** All containers of one image name, over all tags and hosts, as one node. */
export const containersByImage: ViewDefinition = {
  id: 'containers-by-image',
  name: 'by image',
  rank: 0,
  parent: 'containers',
  hideIfEmpty: false,
  options: containerOptions,
  place,
  placesOwners: true,
  selfEdges: true,
  dropsUnconnected: () => false,
  children: ['container', 'process'],
}
