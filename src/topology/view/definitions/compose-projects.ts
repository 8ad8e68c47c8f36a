import { containerGroupSummary, labelRow } from '../../nodes/groups/container-group-summary.ts'
import { unmanagedSummary } from '../../nodes/groups/pseudo-summary.ts'
import { composeProjectGroup } from '../../nodes/naming/compose-groups.ts'
import { stackLabels } from '../../reports/stacks.ts'
import { managedContainerOptions } from '../options/options.ts'
import type { ViewDefinition } from '../placing/placement.ts'
import { placeContainerGroups } from './container-groups.ts'

/** One node for all containers of a Compose project on one host. */
export const composeProjects: ViewDefinition = {
  id: 'compose-projects',
  name: 'by project',
  rank: 0,
  parent: 'compose-services',
  hideIfEmpty: true,
  options: managedContainerOptions,
  place: placeContainerGroups({
    groupOf: composeProjectGroup,
    summarise: ({ id, label, host }, { first, count, parents }) =>
      containerGroupSummary(
        {
          id,
          label,
          rank: label,
          within: host,
          metadata: [
            ...labelRow(first, stackLabels.composeDirectory, { label: 'Directory', priority: 3 }),
            ...labelRow(first, stackLabels.composeFiles, { label: 'Files', priority: 4 }),
            ...labelRow(first, stackLabels.composeVersion, { label: 'Compose version', priority: 10 }),
          ],
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
