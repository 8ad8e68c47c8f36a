import type { ReportNode } from '../../../report/schema.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { composeOf } from '../../reports/stacks.ts'
import { composeProjectId, composeServiceId } from './stack-ids.ts'

/** A project of Docker Compose on one host. */
export interface ComposeProject {
  readonly id: string
  readonly label: string
  /** Name of its host. */
  readonly host: string
}

/** A service of such a project. */
export interface ComposeService {
  readonly id: string
  readonly label: string
  readonly project: ComposeProject
}

/**
 * The Compose project of a container. Its id includes the host, because projects of the same name on two hosts are
 * unrelated.
 */
export const composeProjectGroup = (
  { report: { host } }: ReportIndex,
  container: ReportNode,
): ComposeProject | undefined => {
  const compose = composeOf(container)
  return (
    compose && { id: composeProjectId(host.id, compose.project), label: compose.project, host: host.name }
  )
}

/** The Compose service of a container. */
export const composeServiceGroup = (
  index: ReportIndex,
  container: ReportNode,
): ComposeService | undefined => {
  const project = composeProjectGroup(index, container)
  const service = composeOf(container)?.service
  if (project === undefined || service === undefined) return undefined
  return { id: composeServiceId(index.report.host.id, project.label, service), label: service, project }
}
