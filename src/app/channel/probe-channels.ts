import type * as z from 'zod'
import { ChannelError } from './channel-error.ts'
import type { ChannelPeer, ChannelRequest, Opened, Patience } from './channel-request.ts'
import type { ProbeChannel } from './probe-channel.ts'

interface Held {
  readonly peer: ChannelPeer
  readonly channel: ProbeChannel
}

const NO_CHANNEL =
  'the probe has no channel to this app; it opens one when both hold the same cluster key, and it knows the key of the app'
const STALE = 'the probe has been started again, and has no channel to this app yet'
const GOING_AWAY = 1001
const REPLACED = 4001

/** The open channels, one per probe: the newest. */
export class ProbeChannels {
  readonly #held = new Map<string, Held>()

  /** Adds a channel and closes an earlier one of the same probe. */
  add(peer: ChannelPeer, channel: ProbeChannel): void {
    const earlier = this.#held.get(peer.probeId)
    this.#held.set(peer.probeId, { peer, channel })
    void earlier?.channel.close(REPLACED, 'replaced by a newer channel of this probe')
  }

  /** Call when a channel has closed. It does nothing if a newer channel has taken its place. */
  remove(peer: ChannelPeer, channel: ProbeChannel): void {
    if (this.#held.get(peer.probeId)?.channel === channel) this.#held.delete(peer.probeId)
  }

  /** Number of probes that can be asked. */
  get size(): number {
    return this.#held.size
  }

  /** The probes that can be asked. */
  get peers(): readonly ChannelPeer[] {
    return Array.from(this.#held.values(), ({ peer }) => peer)
  }

  /** Whether a probe can be asked, in this epoch. */
  has({ probeId, epoch }: Pick<ChannelPeer, 'probeId' | 'epoch'>): boolean {
    return this.#held.get(probeId)?.peer.epoch === epoch
  }

  /**
   * Sends a request to a probe.
   *
   * @param peer the probe, and its epoch that the request refers to
   * @param schema schema of the result
   * @throws {ChannelError} when there is no valid answer in time
   */
  async ask<Result>(
    peer: Pick<ChannelPeer, 'probeId' | 'epoch'>,
    request: ChannelRequest,
    schema: z.ZodType<Result>,
    patience?: Patience,
  ): Promise<Result> {
    return this.#channelOf(peer).request(request, schema, patience)
  }

  /**
   * As {@link ask}, for what opens a stream: the use of a control that says so (`opens`).
   *
   * @throws {ChannelError} when there is no valid answer in time
   * @example
   * const params = { control: 'docker_exec_container', nodeId, args: {} }
   * const request = { person, method: CONTROL_METHOD, params }
   * const { result, stream } = await channels.open({ probeId, epoch }, request, controlResultSchema, { signal })
   */
  async open<Result>(
    peer: Pick<ChannelPeer, 'probeId' | 'epoch'>,
    request: ChannelRequest,
    schema: z.ZodType<Result>,
    patience?: Patience,
  ): Promise<Opened<Result>> {
    return this.#channelOf(peer).open(request, schema, patience)
  }

  /** Closes all channels. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#held.values()].map(({ channel }) => channel.close(GOING_AWAY, 'the app stops')),
    )
  }

  #channelOf({ probeId, epoch }: Pick<ChannelPeer, 'probeId' | 'epoch'>): ProbeChannel {
    const held = this.#held.get(probeId)
    if (held === undefined) throw new ChannelError('no_channel', NO_CHANNEL)
    if (held.peer.epoch !== epoch) throw new ChannelError('stale', STALE)
    return held.channel
  }
}
