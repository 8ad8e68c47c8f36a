import type { MetadataRow } from '../../../api/types.ts'
import { containerGroupSummary, imageRow } from '../../nodes/groups/container-group-summary.ts'
import { unmanagedSummary } from '../../nodes/groups/pseudo-summary.ts'
import { swarmServiceId } from '../../nodes/naming/stack-ids.ts'
import { swarmServiceOf } from '../../reports/stacks.ts'
import { managedContainerOptions } from '../options/options.ts'
import type { ViewDefinition } from '../placing/placement.ts'
import { placeContainerGroups } from './container-groups.ts'

const rows = (name: string, stack: string | undefined): MetadataRow[] => [
  { id: 'service_name', label: 'Service name', value: name, priority: 0 },
  ...(stack === undefined ? [] : [{ id: 'stack_namespace', label: 'Stack', value: stack, priority: 1 }]),
]

/** One node for all tasks of a Swarm service, over all hosts. */
export const swarmServices: ViewDefinition = {
  id: 'swarm-services',
  name: 'Swarm services',
  rank: 3,
  hideIfEmpty: true,
  options: managedContainerOptions,
  place: placeContainerGroups({
    groupOf: (_index, container) => {
      const service = swarmServiceOf(container)
      return service && { ...service, id: swarmServiceId(service.id) }
    },
    summarise: ({ id, name, stack }, { index, first, count, parents }) =>
      containerGroupSummary(
        {
          id,
          label: name,
          rank: stack === undefined ? name : `${stack}/${name}`,
          within: stack ?? '',
          metadata: [...rows(name, stack), ...imageRow(index, first)],
        },
        { count, parents },
      ),
    outside: unmanagedSummary,
  }),
  placesOwners: ['container', 'host'],
  selfEdges: true,
  dropsUnconnected: () => false,
  children: ['container', 'process'],
}
