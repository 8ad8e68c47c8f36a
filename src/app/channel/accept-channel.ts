import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { WebSocketServer } from 'ws'
import type { Faults } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import { channelLimits } from '../../report/channel.ts'
import { channelKey, hashBody, proofHeaders, proveApp } from '../../report/proof/proof.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { requireUpgrade } from '../http/require-upgrade.ts'
import { checkProof } from '../reports/proof-check.ts'
import { ProbeChannel } from './probe-channel.ts'
import type { ProbeChannels } from './probe-channels.ts'

/** What {@link acceptChannels} needs. */
export interface AcceptOptions {
  /** The app's challenge, random per start. */
  readonly challenge: string
  readonly clusterKey: Uint8Array
  readonly held: () => readonly HeldReport[]
  readonly channels: ProbeChannels
  readonly log: Logger
  readonly faults: Faults
}

/** Most probes whose last channel number is remembered; a remembered number prevents replay of a proof. */
const MAX_MEMORIES = 1024
const NO_BODY_SHA256 = hashBody(new Uint8Array())

/**
 * Handler of `GET /api/probe/ws`: opens the channel of a probe that proves itself as it does for a report, and of whose
 * current epoch the app holds a report. A proof opens only one channel, because each channel's number must be higher
 * than the last.
 */
export const acceptChannels = (options: AcceptOptions): ((c: Context<AppEnv>) => Response) => {
  const { challenge, clusterKey, held, channels, log, faults } = options
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: channelLimits.frameBytes,
  })
  const proofs = new WeakMap<IncomingMessage, string>()
  server.on('headers', (lines, request) => {
    const proof = proofs.get(request)
    if (proof !== undefined) lines.push(`${proofHeaders.appProof}: ${proof}`)
  })
  /** Number of the newest channel in each probe's newest epoch, by probe id; least recently used first. */
  const newest = new Map<string, { readonly epoch: string; readonly number: number }>()

  const checkNumber = (probeId: string, epoch: string, number: number): void => {
    const before = newest.get(probeId)
    if (before?.epoch === epoch && number <= before.number)
      throw new ApiError(409, 'stale_seq', `channel ${number} comes after channel ${before.number}`, {
        field: proofHeaders.seq,
      })
    newest.delete(probeId)
    newest.set(probeId, { epoch, number })
    const [oldest] = newest.keys()
    if (newest.size > MAX_MEMORIES && oldest !== undefined) newest.delete(oldest)
  }

  return (c) => {
    const upgrade = requireUpgrade(c)
    const subject = checkProof((name) => c.req.header(name), challenge, clusterKey)
    const { probeId, epoch, seq: number } = subject
    if (subject.bodySha256 !== NO_BODY_SHA256)
      throw new ApiError(400, 'invalid_header', 'the proof of a channel is about an empty body', {
        field: proofHeaders.bodySha256,
      })
    const isHeld = held().some(
      ({ report, verified }) =>
        verified && report.envelope.probeId === probeId && report.envelope.epoch === epoch,
    )
    if (!isHeld)
      throw new ApiError(409, 'unknown_probe', 'no report of this epoch of the probe is held; report first')
    checkNumber(probeId, epoch, number)
    proofs.set(c.env.incoming, proveApp(subject, clusterKey))
    upgrade.server = server
    upgrade.accept = (socket) => {
      const peer = { probeId, epoch, number }
      const channel = new ProbeChannel({ socket, key: channelKey(subject, clusterKey), log, faults })
      channels.add(peer, channel)
      socket.on('close', () => channels.remove(peer, channel))
    }
    return c.body(null, 204)
  }
}
