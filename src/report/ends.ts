import type { ReportNode } from './schema.ts'

/**
 * True for a node that can be an end of a connection or own a listener: a process, or, where the probe reports no
 * processes, the container or host in its place. Only images cannot.
 */
export const isEnd = (node: ReportNode | undefined): boolean =>
  node !== undefined && node.topology !== 'container_image'
