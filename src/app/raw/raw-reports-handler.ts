import type { Context } from 'hono'
import type { HeldReport } from '../../topology/held-report.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { encodeReports } from './encode-reports.ts'
import { streamPieces } from './stream-pieces.ts'

/** Each holds the reports of its moment until it is read. */
const MAX_STREAMS = 4
const PATIENCE_MS = 20_000

/** `GET /api/report`: all reports, as they are at the moment of asking. */
export const rawReportsHandler = (held: () => readonly HeldReport[]) => {
  let streams = 0
  return (c: Context<AppEnv>): Response => {
    const headers = { 'content-type': 'application/json' }
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    if (streams >= MAX_STREAMS)
      throw new ApiError(503, 'busy', 'the reports are being read too often at once; try again', {
        headers: { 'retry-after': '5' },
      })
    streams += 1
    const body = streamPieces(encodeReports(held()), {
      patienceMs: PATIENCE_MS,
      ended: () => {
        streams -= 1
      },
    })
    return c.body(body, 200, headers)
  }
}
