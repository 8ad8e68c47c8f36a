import type { ParentLink } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { containerOf, imageOf, parentsOf, type ReportIndex } from '../../reports/index/report-index.ts'
import { swarmServiceOf } from '../../reports/stacks.ts'
import { unitOf } from '../../reports/systemd.ts'
import { withoutRoom } from '../../without-room.ts'
import { type ComposeProject, composeProjectGroup, composeServiceGroup } from '../naming/compose-groups.ts'
import { imageIdentity } from '../naming/image-name.ts'
import { containerLabel, hostLabels, unitLabel } from '../naming/labels.ts'
import { swarmServiceId, systemdUnitId } from '../naming/stack-ids.ts'

/**
 * Links to everything that a node belongs to: its container and image, its Compose and Swarm services and project,
 * its systemd unit and its host.
 */
export const parentLinks = (index: ReportIndex, node: ReportNode): ParentLink[] => {
  const container = node.topology === 'process' ? containerOf(index, node) : undefined
  return withoutRoom([
    ...(container ? containerLinks(index, container) : []),
    ...imageLink(index, node.topology === 'container' ? node : container),
    ...(node.topology === 'container' ? serviceLinks(index, node) : []),
    ...(node.topology === 'process' ? unitLink(index, node) : []),
    ...(node.topology === 'host' ? [] : hostLinks(index, node)),
  ])
}

/** Links that many nodes have in common are the same objects for all of them, by the node that they are made of. */
const linksBy = (index: ReportIndex, make: MakeLinks, node: ReportNode): readonly ParentLink[] => {
  const known = index.told.of(make.known, undefined)
  const links = known.get(node) ?? make.of(index, node)
  known.set(node, links)
  return links
}

interface MakeLinks {
  readonly of: (index: ReportIndex, node: ReportNode) => readonly ParentLink[]
  readonly known: () => Map<ReportNode, readonly ParentLink[]>
}

const containerLinks = (index: ReportIndex, container: ReportNode): readonly ParentLink[] =>
  linksBy(index, toContainer, container)

const toContainer: MakeLinks = {
  of: (_, container) => [{ id: container.id, label: containerLabel(container), topologyId: 'containers' }],
  known: () => new Map(),
}

const serviceLinks = (index: ReportIndex, container: ReportNode): ParentLink[] => {
  const service = composeServiceGroup(index, container)
  const project = composeProjectGroup(index, container)
  const swarmService = swarmServiceOf(container)
  return [
    ...(service ? [{ id: service.id, label: service.label, topologyId: 'compose-services' }] : []),
    ...(project ? [projectLink(project)] : []),
    ...(swarmService
      ? [{ id: swarmServiceId(swarmService.id), label: swarmService.name, topologyId: 'swarm-services' }]
      : []),
  ]
}

/** The link to a Compose project. */
export const projectLink = ({ id, label }: ComposeProject): ParentLink => ({
  id,
  label,
  topologyId: 'compose-projects',
})

const unitLink = (index: ReportIndex, process: ReportNode): ParentLink[] => {
  const unit = unitOf(process)
  if (unit === undefined) return []
  return [
    {
      id: systemdUnitId(index.report.host.id, unit),
      label: unitLabel(unit),
      topologyId: 'systemd-units',
    },
  ]
}

const imageLink = (index: ReportIndex, container: ReportNode | undefined): readonly ParentLink[] =>
  container ? linksBy(index, toImage, container) : []

const toImage: MakeLinks = {
  of: (index, container) => {
    const image = imageIdentity(container, imageOf(index, container))
    return image ? [{ ...image, topologyId: 'containers-by-image' }] : []
  },
  known: () => new Map(),
}

/** Links to the hosts of a node, usually one. */
export const hostLinks = (index: ReportIndex, node: ReportNode): ParentLink[] =>
  parentsOf(index, node, 'host').flatMap((host) => linksBy(index, toHost, host))

const toHost: MakeLinks = {
  of: (_, host) => [{ id: host.id, label: hostLabels(host).label, topologyId: 'hosts' }],
  known: () => new Map(),
}
