import { imageSummary } from '../../nodes/groups/image-summary.ts'
import { uncontainedSummary } from '../../nodes/groups/pseudo-summary.ts'
import { imageIdentity } from '../../nodes/naming/image-name.ts'
import { imageOf } from '../../reports/index/report-index.ts'
import { containerOptions } from '../options/options.ts'
import type { ViewDefinition } from '../placing/placement.ts'
import { placeContainerGroups } from './container-groups.ts'

const UNKNOWN_IMAGE = { id: 'unknown;<container_image>', label: 'unknown image' }

/** One node for all containers of an image name, over all tags and hosts. */
export const containersByImage: ViewDefinition = {
  id: 'containers-by-image',
  name: 'by image',
  rank: 0,
  parent: 'containers',
  hideIfEmpty: false,
  options: containerOptions,
  place: placeContainerGroups({
    groupOf: (index, container) => imageIdentity(container, imageOf(index, container)) ?? UNKNOWN_IMAGE,
    summarise: (identity, { index, first, count, parents }) =>
      imageSummary(identity, imageOf(index, first), count, parents),
    outside: uncontainedSummary,
  }),
  placesOwners: ['container', 'host'],
  selfEdges: true,
  dropsUnconnected: () => false,
  children: ['container', 'process'],
}
