import type { Operations } from '../../api/operations/operations.ts'
import { Turns } from '../../pacing/turns.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { ApiError } from '../http/api-error.ts'
import type { OperationHandler } from '../http/handlers.ts'
import { chunksOfText, streamChunks } from '../http/sending/stream-chunks.ts'
import { byHidden } from '../views/by-hidden.ts'
import { encodeReports } from './encode-reports.ts'

/** Each stream keeps the reports of its start in memory until it has been read. */
const MAX_STREAMS = 4

/** Handler of `GET /api/report`: all reports as of the time of the request. */
export const rawReportsHandler = (
  held: () => readonly HeldReport[],
): OperationHandler<Operations['rawReports']> => {
  const heldFor = byHidden(held, (hide) => () => hide(held()))
  const streams = new Turns({
    atOnce: MAX_STREAMS,
    refuse: () =>
      new ApiError(503, 'busy', 'the reports are being read too often at once; try again', {
        headers: { 'retry-after': '5' },
      }),
  })
  return (c) => {
    const headers = { 'content-type': 'application/json' }
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    const reports = heldFor(c.req.valid('query'))()
    const ended = streams.take()
    const body = streamChunks(chunksOfText(encodeReports(reports)), { ended })
    return c.body(body, 200, headers)
  }
}
