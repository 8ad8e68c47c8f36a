import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { describeError, type Logger } from '../../log/log.ts'
import { REPORT_METHOD } from '../../report/channel.ts'
import type { ProbeChannels } from './probe-channels.ts'

/**
 * So many probes are asked at a time, with a pause after them: their reports come no faster than those of 1,000 probes that report
 * every 3 s.
 */
const AT_A_TIME = 10
const PAUSE_MS = 30

/**
 * Asks all probes with a channel to report now, because somebody begins to look. One that does not understand that, or does not answer,
 * reports when its rest is over. Never rejects.
 */
export const rouseProbes = async (
  channels: Pick<ProbeChannels, 'peers' | 'ask'>,
  log: Logger,
): Promise<void> => {
  for (const [at, peer] of channels.peers.entries()) {
    if (at > 0 && at % AT_A_TIME === 0) await sleep(PAUSE_MS, undefined, { ref: false })
    channels.ask(peer, { person: '', method: REPORT_METHOD, params: {} }, z.null()).catch((error: unknown) =>
      log.debug('a probe reports only after its rest', {
        probe: peer.probeId,
        reason: describeError(error),
      }),
    )
  }
}
