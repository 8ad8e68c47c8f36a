import { pollUntil } from '../../pacing/poll-until.ts'
import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { readProbeStatus } from '../parts/state-files.ts'

/**
 * Waits until a probe has heard from the apps at some URLs, or could not reach them.
 *
 * @param before its status until now
 * @returns its status then; the newest when the time is over
 */
export const settledProbe = async (
  stateDir: string,
  before: ProbeStatusDocument,
  urls: readonly string[],
  limitMs: number,
): Promise<ProbeStatusDocument> => {
  let newest = before
  await pollUntil(limitMs, () => {
    const status = readProbeStatus(stateDir)
    if (status?.pid === before.pid) newest = status
    const isSettled = (url: string): boolean =>
      newest.apps.some((app) => app.url === url && app.state !== 'waiting')
    return urls.every(isSettled) ? true : undefined
  })
  return newest
}
