import { facts } from './facts.ts'
import type { ReportNode } from './schema.ts'

/** What Docker's helper for published ports is called. Each of its processes serves one port of one container. */
export const DOCKER_PROXY = 'docker-proxy'

/** The kernel adds this when the file was replaced, as by an update, while the program runs. */
const PROGRAM = /\/docker-proxy(?: \(deleted\))?$/

/**
 * Whether a process that is called so runs as Docker's does: in no container, as root, from a file of that name. Any program can give itself
 * the name, and what a proxy does is shown as that of others. What is not known about it does not speak against it.
 */
export const runsAsDockerProxy = ({
  facts: known,
  parents,
}: Pick<ReportNode, 'facts' | 'parents'>): boolean => {
  const { [facts.executable]: executable, [facts.uid]: uid = 0 } = known
  return (
    parents.container === undefined &&
    uid === 0 &&
    (typeof executable !== 'string' || PROGRAM.test(executable))
  )
}
