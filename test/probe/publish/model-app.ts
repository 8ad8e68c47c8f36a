import { gunzipSync } from 'node:zlib'
import type { ReportRefusal } from '../../../src/app/reports/admission.ts'
import { LatestReports } from '../../../src/app/reports/held/latest-reports.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { ConnectionLostError, type HttpClient } from '../../../src/probe/publish/http-client.ts'
import { isDelta } from '../../../src/report/delta/delta-schema.ts'
import { decodeMessage } from '../../../src/report/encoding/decoding.ts'
import type { ReportLimits } from '../../../src/report/limits.ts'
import { proveApp } from '../../../src/report/proof/app-proof.ts'
import { proofHeaders } from '../../../src/report/proof/proof.ts'
import type { Report } from '../../../src/report/schema.ts'

/** What becomes of one report on its way to an app and back. */
export const fates = [
  'taken',
  'taken twice',
  'answer lost',
  'report lost',
  'connection lost',
  'connection lost after it was taken',
  'busy',
  'refused',
  'too large',
  'whole one needed',
  'app restarted',
] as const
export type Fate = (typeof fates)[number]

/** An app that keeps reports as the real one does, behind a network that does with them what it is told to. */
export interface ModelApp {
  readonly client: HttpClient
  /** What the next report meets; `taken` by default. */
  fate: Fate
  held(): Report | undefined
  stop(): void
  /** Bodies that have arrived, in order. */
  readonly bodies: Uint8Array[]
}

const quiet = createLogger({ format: 'text', debug: false, write: () => {} })

export const createModelApp = (clusterKey: Uint8Array, limits: ReportLimits): ModelApp => {
  let starts = 0
  let connection = {}
  const start = () => {
    starts++
    connection = {}
    return new LatestReports({
      ...{ windowMs: 3_600_000, limits, unverifiedLimits: limits, log: quiet },
      ...{ nowMs: () => 0, listeningMs: () => 0 },
      inAll: { probes: 10, nodes: 1000, connections: 1000, reportBytes: 1e9 },
      faults: createFaults({ nowMs: () => 0, log: quiet }),
      unverified: { refuse: () => undefined, refuseForRoom: () => undefined, accepted: () => {} },
      accepted: () => {},
      changed: () => {},
    })
  }
  let reports = start()
  const app: ModelApp = {
    fate: 'taken',
    bodies: [],
    stop: () => reports.stop(),
    held: () => reports.held[0]?.report,
    client: {
      async request({ method, headers = {}, body = new Uint8Array(), over }) {
        if (over !== undefined && over !== connection) throw new ConnectionLostError()
        const answer = (status: number, text = '{}', told: Record<string, string> = {}) => ({
          ...{ status, text, connection },
          header: (name: string) => told[name],
        })
        if (method === 'GET') return answer(200, JSON.stringify({ limits }))
        const challenge = `start-${starts}`
        if (headers[proofHeaders.challenge] !== challenge)
          return answer(401, '{}', { [proofHeaders.challenge]: challenge })
        if (body.length === 0) {
          const subject = {
            challenge,
            probeId: String(headers[proofHeaders.probeId]),
            epoch: String(headers[proofHeaders.epoch]),
            seq: Number(headers[proofHeaders.seq]),
            body,
          }
          return answer(204, '', proveApp(subject, { clusterKey }))
        }
        return receive(body, headers['content-encoding'] === 'gzip', answer)
      },
      close() {},
    },
  }

  const take = (body: Uint8Array, gzip: boolean): ReportRefusal | undefined => {
    app.bodies.push(body)
    return reports.take(decodeMessage(gzip ? gunzipSync(body) : body, limits), { verified: true })
  }

  const receive = <Answer>(
    body: Uint8Array,
    gzip: boolean,
    answer: (status: number, text?: string) => Answer,
  ) => {
    const { fate } = app
    app.fate = 'taken'
    const answerTo = (refusal: ReportRefusal | undefined): Answer =>
      refusal === undefined
        ? answer(200)
        : answer(
            409,
            JSON.stringify({ error: refusal, ...(refusal.code === 'need_full' && { need: 'full' }) }),
          )
    switch (fate) {
      case 'taken':
        return answerTo(take(body, gzip))
      case 'taken twice': {
        const first = take(body, gzip)
        take(body, gzip)
        return answerTo(first)
      }
      case 'answer lost':
        take(body, gzip)
        throw new Error('no answer in time')
      case 'report lost':
        throw new Error('no answer in time')
      case 'connection lost':
        connection = {}
        throw new ConnectionLostError()
      case 'connection lost after it was taken':
        take(body, gzip)
        connection = {}
        throw new ConnectionLostError()
      case 'busy':
        return answer(503)
      case 'refused':
        return answer(400)
      case 'too large':
        return answer(413)
      case 'whole one needed':
        return isDelta(decodeMessage(gzip ? gunzipSync(body) : body))
          ? answerTo({ code: 'need_full', message: 'not held', field: 'envelope.base' })
          : answerTo(take(body, gzip))
      case 'app restarted':
        reports.stop()
        reports = start()
        return answer(503)
    }
  }
  return app
}
