import * as z from 'zod'
import { facts } from './facts.ts'

/** Longest incarnation. */
const MAX_LENGTH = 64

export const incarnationSchema = z.string().min(1).max(MAX_LENGTH)

/**
 * Tells apart the nodes that have had the same id one after another: a process, whose id is that of its host and its pid, by its
 * start time. Compared only for equality.
 *
 * @returns undefined where an id is never used again, as that of a container or host
 */
export const incarnationOf = ({
  topology,
  facts: known,
}: {
  readonly topology: string
  readonly facts: Readonly<Record<string, unknown>>
}): string | undefined => {
  const startTicks = topology === 'process' ? known[facts.startTicks] : undefined
  return typeof startTicks === 'number' ? String(startTicks) : undefined
}
