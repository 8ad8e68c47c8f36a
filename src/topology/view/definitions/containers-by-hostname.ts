import { containerGroupSummary } from '../../nodes/groups/container-group-summary.ts'
import { uncontainedSummary } from '../../nodes/groups/pseudo-summary.ts'
import { dnsName } from '../../nodes/naming/dns-name.ts'
import { containerOptions } from '../options/options.ts'
import type { ViewDefinition } from '../placing/placement.ts'
import { placeContainerGroups } from './container-groups.ts'

/** One node for all containers with the same DNS name, over all hosts. */
export const containersByHostname: ViewDefinition = {
  id: 'containers-by-hostname',
  name: 'by DNS name',
  rank: 0,
  parent: 'containers',
  hideIfEmpty: false,
  options: containerOptions,
  place: placeContainerGroups({
    groupOf: (_index, container) => ({ id: dnsName(container) }),
    summarise: ({ id }, known) => containerGroupSummary({ id, label: id, rank: id, within: '' }, known),
    outside: uncontainedSummary,
  }),
  placesOwners: ['container', 'host'],
  selfEdges: true,
  dropsUnconnected: () => false,
  children: ['container', 'process'],
}
