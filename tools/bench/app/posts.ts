import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { REPORT_PATH } from '../../../src/report/schema.ts'
import { sharedMs } from './beacons.ts'

/** What became of reports that were sent. */
export interface PostCounts {
  /** By the status of the answer. */
  readonly answers: Readonly<Record<string, number>>
  /** The connection failed, or there was no answer in time. */
  readonly failed: number
}

const isReport = (request: ClientRequest): boolean =>
  request.method === 'POST' && request.path === REPORT_PATH && request.getHeader('content-length') !== '0'

/**
 * Watches the requests of this process by which reports are sent.
 *
 * @param onSent called with the app's address in the request, and when it was sent (see `sharedMs`)
 * @returns the counts so far
 */
export const watchPosts = (onSent: (address: string, atMs: number) => void): (() => PostCounts) => {
  const answers: Record<string, number> = {}
  let failed = 0
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest }
    if (isReport(request)) onSent(request.host, sharedMs())
  })
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    if (!isReport(request)) return
    const status = String(response.statusCode)
    answers[status] = (answers[status] ?? 0) + 1
  })
  subscribe('http.client.request.error', (message) => {
    const { request } = message as { request: ClientRequest }
    if (isReport(request)) failed++
  })
  return () => ({ answers: { ...answers }, failed })
}

/** What was counted between two moments. */
export const countsBetween = (before: PostCounts, after: PostCounts): PostCounts => ({
  answers: Object.fromEntries(
    Object.entries(after.answers)
      .map(([status, count]) => [status, count - (before.answers[status] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  ),
  failed: after.failed - before.failed,
})
