import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { WebSocketServer } from 'ws'
import type { AuditLog } from '../../audit/audit-log.ts'
import type { Faults } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import { channelLimits } from '../../report/channel.ts'
import { type AppIdentity, proveApp } from '../../report/proof/app-proof.ts'
import { channelKeys, createExchange, type Exchange } from '../../report/proof/channel-keys.ts'
import { publicKeyText } from '../../report/proof/ed25519.ts'
import { proofHeaders } from '../../report/proof/proof.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { requireUpgrade } from '../http/sockets/require-upgrade.ts'
import { mostRemembered } from '../reports/admission.ts'
import { checkChannelProof } from '../reports/proof-check.ts'
import { ProbeChannel } from './probe-channel.ts'
import type { ProbeChannels } from './probe-channels.ts'

/** What {@link acceptChannels} needs. */
export interface AcceptOptions {
  /** The app's challenge, random per start. */
  readonly challenge: string
  readonly identity: Required<AppIdentity>
  readonly held: () => readonly HeldReport[]
  /** Most probes that may report. */
  readonly maxProbes: number
  readonly channels: ProbeChannels
  readonly audit: Pick<AuditLog, 'record'>
  readonly log: Logger
  readonly faults: Faults
}

/**
 * Handler of `GET /api/probe/ws`: opens the channel of a probe that proves itself as it does for a report, and of whose
 * current epoch the app holds a report. A proof opens only one channel, because each channel's number must be higher
 * than the last.
 */
export const acceptChannels = (options: AcceptOptions): ((c: Context<AppEnv>) => Response) => {
  const { challenge, identity, held, maxProbes, channels, audit, log, faults } = options
  const { clusterKey, appKey } = identity
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: channelLimits.frameBytes,
  })
  const proofs = new WeakMap<IncomingMessage, Readonly<Record<string, string>>>()
  server.on('headers', (lines, request) => {
    for (const [name, value] of Object.entries(proofs.get(request) ?? {})) lines.push(`${name}: ${value}`)
  })
  /**
   * Number of the newest channel in each probe's newest epoch, by probe id; least recently used first. One that is remembered keeps a
   * proof from being used again.
   */
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
    if (newest.size > mostRemembered(maxProbes) && oldest !== undefined) newest.delete(oldest)
  }

  return (c) => {
    const upgrade = requireUpgrade(c)
    const { subject, exchange } = checkChannelProof((name) => c.req.header(name), challenge, clusterKey)
    const { probeId, epoch, seq: number } = subject
    const isHeld = held().some(
      ({ report, verified }) =>
        verified && report.envelope.probeId === probeId && report.envelope.epoch === epoch,
    )
    if (!isHeld)
      throw new ApiError(409, 'unknown_probe', 'no report of this epoch of the probe is held; report first')
    checkNumber(probeId, epoch, number)
    const own = createExchange()
    const secret = sharedSecret(own, exchange)
    proofs.set(c.env.incoming, proveApp(subject, identity, own.publicKey))
    upgrade.server = server
    upgrade.accept = (socket) => {
      const peer = { probeId, epoch, number }
      const handshake = {
        subject,
        appKey: publicKeyText(appKey),
        appExchange: own.publicKey,
        clusterKey,
      }
      const keys = channelKeys(secret, handshake)
      const violated = (reason: string): void =>
        audit.record({
          who: '',
          from: `probe ${probeId}`,
          action: 'refused',
          target: 'channel',
          result: 'refused',
          reason,
        })
      const channel = new ProbeChannel({ socket, peer, keys, appKey, violated, log, faults })
      channels.add(peer, channel)
      socket.on('close', () => channels.remove(peer, channel))
    }
    return c.body(null, 204)
  }
}

const sharedSecret = (own: Exchange, theirs: string): Buffer => {
  try {
    return own.secretWith(theirs)
  } catch (cause) {
    throw new ApiError(400, 'invalid_header', `the header ${proofHeaders.exchange} is no X25519 key`, {
      field: proofHeaders.exchange,
      cause,
    })
  }
}
