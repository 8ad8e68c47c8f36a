import { containerGroupSummary, imageRow } from '../../nodes/groups/container-group-summary.ts'
import { unmanagedSummary } from '../../nodes/groups/pseudo-summary.ts'
import { composeServiceGroup } from '../../nodes/naming/compose-groups.ts'
import { projectLink } from '../../nodes/rows/parent-links.ts'
import { managedContainerOptions } from '../options/options.ts'
import type { ViewDefinition } from '../placing/placement.ts'
import { placeContainerGroups } from './container-groups.ts'

/** One node for all containers of a Compose service on one host. */
export const composeServices: ViewDefinition = {
  id: 'compose-services',
  name: 'Compose services',
  rank: 3,
  hideIfEmpty: true,
  options: managedContainerOptions,
  place: placeContainerGroups({
    groupOf: composeServiceGroup,
    summarise: ({ id, label, project }, { index, first, count, parents }) =>
      containerGroupSummary(
        {
          id,
          label,
          rank: `${project.label}/${label}`,
          within: project.label,
          metadata: imageRow(index, first),
        },
        { count, parents },
      ),
    parents: ({ project }) => [projectLink(project)],
    outside: unmanagedSummary,
  }),
  placesOwners: ['container', 'host'],
  selfEdges: true,
  dropsUnconnected: () => false,
  children: ['container', 'process'],
}
